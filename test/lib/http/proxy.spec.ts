import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { connectTo } from "../../../lib/http/agent";
import { proxyVariables } from "../../support/proxy";

describe("proxy agent", () => {
  let restore = () => {};
  afterEach(() => restore());

  /** A port where nobody listens. */
  const deadPort = async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  };

  for (const tunnel of [false, true])
    it(`fails every request where there is no proxy, those that wait for a place too (tunnel: ${tunnel})`, async () => {
      restore = proxyVariables({ all_proxy: `http://127.0.0.1:${await deadPort()}` });
      const { options } = await connectTo("http://server.example:8086", { maxSockets: 2, tunnel });
      const requests = Array.from({ length: 7 }, (_, i) => {
        const path = `http://server.example:8086/${i}`;
        return request({ ...options, host: "server.example", port: 8086, path, method: "POST" });
      });
      for (const one of requests) one.end("m f=1");
      // Of one given up while it waits Node tells nothing.
      const [givenUp] = requests.splice(3, 1);
      givenUp!.destroy();
      const failed = await Promise.all(requests.map((one) => once(one, "error")));
      assert.deepEqual(
        failed.map(([error]) => (error as { code: string }).code),
        requests.map(() => "proxy-unreachable"),
      );
      assert.deepEqual(Object.keys(options.agent.requests), []);
      options.agent.destroy();
    });
});
