// Calls to the server of this page. No other host is ever called.

const { dataset } = document.body;

export const isLocal = "local" in dataset;
export const readOnly = "readOnly" in dataset;

/** The token stands in the page of a local stack, and in the address that bridgectl prints. */
function token() {
  if (dataset.token) return dataset.token;
  const given = location.hash.slice(1);
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("token") ?? "";
}

const headers = { "x-console-token": token() };

export async function call(method, path, body) {
  const request = { method, headers: { ...headers } };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const response = await fetch(`/console/${path}`, request);
  const text = await response.text();
  let read = text;
  try {
    read = text ? JSON.parse(text) : null;
  } catch {
    // Not JSON: the text itself says what is wrong.
  }
  if (!response.ok) throw new Error(read?.error ?? (text.trim() || `answered ${response.status}`));
  return read;
}

/** Reads the server's events, and connects again when the connection ends. */
export async function follow(onStart, onLine, onStatus) {
  for (;;) {
    try {
      const response = await fetch("/console/live", { headers });
      if (!response.ok) throw new Error((await response.text()).trim());
      onStart();
      onStatus("live");
      await read(response.body.pipeThrough(new TextDecoderStream()).getReader(), onLine);
      onStatus("the bridge has stopped; waiting for it");
    } catch (error) {
      onStatus(error instanceof TypeError ? "the bridge does not answer; waiting for it" : error.message);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function read(reader, onLine) {
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) if (part.startsWith("data: ")) onLine(part.slice(6));
  }
}

/** The same action by hand: the routes are the simulators' own. */
export function curl({ method, vendor, path, body }) {
  const url = `${dataset[vendor]}/sim/${path}`;
  const quoted = body === undefined ? "" : ` -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;
  return `curl${method === "POST" && quoted ? "" : ` -X ${method}`} ${url}${quoted}`;
}
