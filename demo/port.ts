import { once } from "node:events";
import { createServer } from "node:net";

/** `usual` on loopback if it is free, any free port otherwise. */
export async function choosePort(usual: number): Promise<number> {
  return (await tryPort(usual)) ?? (await tryPort(0))!;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch {
    return undefined;
  }
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : undefined;
}
