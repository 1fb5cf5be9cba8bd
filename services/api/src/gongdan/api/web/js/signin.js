// Signing in: by an account, by the administrator's token, or at the provider that this installation knows.

import { get, signIn } from "./api.js";
import { find } from "./dom.js";
import { t } from "./i18n.js";

let provider = null;

export function start(whenIn) {
  find("sign-in").addEventListener("submit", (event) => submit(event, whenIn));
}

export async function show() {
  find("sign-in").hidden = false;
  find("email").focus();
  provider = (await get("/auth/oidc").catch(() => null))?.name ?? null;
  relabel();
}

export function relabel() {
  find("provider").hidden = !provider;
  find("provider").textContent = provider ? t("signin.provider", { provider }) : "";
}

async function submit(event, whenIn) {
  event.preventDefault();
  const error = find("sign-in").querySelector(".error");
  error.hidden = true;
  const email = find("email").value.trim();
  try {
    await signIn(email, find("token").value, find("code").value.trim());
    for (const id of ["token", "code"]) find(id).value = "";
    await whenIn();
  } catch (problem) {
    error.textContent = problem.status === 401 ? t(email ? "signin.wrong" : "signin.wrongtoken") : problem.message;
    error.hidden = false;
    find("token").select();
  }
}
