import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Stands before a port, and lets connections through or not: which side comes back first is then no matter of luck. */
export class Gate {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open = true;

  private constructor(to: number) {
    this.#server = createServer((from) => {
      if (!this.#open) {
        from.destroy();
        return;
      }
      const on = connect(to, "127.0.0.1");
      for (const [socket, other] of [
        [from, on],
        [on, from],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  static async before(port: number): Promise<Gate> {
    const gate = new Gate(port);
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Lets nobody in from now on; who is in stays. */
  shut(): void {
    this.#open = false;
  }

  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
