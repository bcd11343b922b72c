// The bridge on this machine, started for the test.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Serves the operator's console of that bridge, as bridgectl does for a deployed stack. */
export async function serveConsole(binary, url) {
  const server = spawn(binary, [`--local=${url}`, "console", "--read-only"], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const stop = () => new Promise((resolve) => { server.once("exit", resolve); process.kill(-server.pid); });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith("open ")) return { url: line.slice(5), stop };
  }
  throw new Error("bridgectl console did not start");
}

/** Starts the bridge on a free port, and returns its address and a way to stop it. */
export async function start(binary) {
  const bridge = spawn(binary, ["--port", "0", "--email-delay", "0", "--close-delay", "1"], { stdio: ["ignore", "pipe", "ignore"] });
  const stop = () => new Promise((resolve) => { bridge.once("exit", resolve); bridge.kill("SIGTERM"); });
  for await (const line of createInterface({ input: bridge.stdout })) {
    if (line.startsWith("ready: ")) return { url: line.slice(7), stop };
  }
  throw new Error("the bridge did not start");
}
