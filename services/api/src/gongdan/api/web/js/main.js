// The beginning: language and theme, signing in, then the list, the open ticket and the live stream.

import { get, signOut, whenSignedOut } from "./api.js";
import { tick } from "./clocks.js";
import { find } from "./dom.js";
import { otherLanguage, preferredLanguage, t, useLanguage } from "./i18n.js";
import * as list from "./list.js";
import { paced, watch } from "./live.js";
import { know } from "./me.js";
import * as signing from "./signin.js";
import * as ticket from "./ticket.js";
import { everySecond, growOlder } from "./time.js";

let started = false;

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
}

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

async function speak(name) {
  await useLanguage(name);
  find("language").textContent = t("language.other");
  signing.relabel();
  if (isLive !== null) showLive(isLive);
  if (started) {
    list.relabel();
    list.refresh();
    ticket.relabel();
  }
}

function showSignIn() {
  find("loading").hidden = true;
  for (const id of ["desk", "search", "live", "sign-out"]) find(id).hidden = true;
  signing.show();
}

function go() {
  const number = decodeURIComponent(location.hash.replace(/^#\/?/, ""));
  if (number && number !== "list") ticket.show(number);
  else if (number !== "list") ticket.hide();
  list.mark();
}

let isLive = null;

function showLive(isOn) {
  isLive = isOn;
  find("live").hidden = false;
  find("live").classList.toggle("off", !isOn);
  find("live").lastElementChild.textContent = t(isOn ? "live.on" : "live.off");
}

function begin(who) {
  know(who);
  find("loading").hidden = true;
  find("sign-in").hidden = true;
  for (const id of ["desk", "search", "sign-out"]) find(id).hidden = false;
  if (started) {
    list.relabel();
    ticket.relabel();
    return list.refresh();
  }
  started = true;
  list.start();
  list.relabel();
  list.refresh();
  go();
  addEventListener("hashchange", go);
  everySecond(() => {
    tick();
    growOlder();
  });
  const refreshList = paced(list.follow);
  const refreshTicket = paced(ticket.refresh);
  watch({
    connected: showLive,
    changed: (change) => {
      refreshList();
      if (change.type === "reset" || change.ticket === ticket.openNumber()) refreshTicket();
    },
  });
}

async function main() {
  if (localStorage.getItem("theme")) theme(localStorage.getItem("theme"));
  await speak(preferredLanguage());
  whenSignedOut(showSignIn);
  signing.start(async () => begin(await get("/v1/me")));
  find("language").addEventListener("click", () => speak(otherLanguage()));
  find("theme").addEventListener("click", () => theme(isDark() ? "light" : "dark"));
  find("sign-out").addEventListener("click", async () => {
    await signOut();
    location.reload();
  });
  await get("/v1/me").then(begin, (problem) => problem.status === 401 || showSignIn());
}

main();
