// Does the work beside the page, which stays usable meanwhile.

import { findWork } from "./proof.js";

addEventListener("message", ({ data }) => postMessage(findWork(data.token, data.bits)));
