// Settings of a Node-RED that collects: everything secret comes from the environment, the log is one JSON object a line.
module.exports = {
  flowFile: "flows.json",
  // Encrypts the credentials of the flow. Without it Node-RED makes a key of its own beside them.
  credentialSecret: process.env.NODE_RED_CREDENTIAL_SECRET,
  uiPort: process.env.PORT || 1880,

  // Nobody edits flows or presses "Test connection" without a login: `node-red admin hash-pw` makes the hash.
  adminAuth: {
    type: "credentials",
    users: [{ username: "admin", password: process.env.NODE_RED_ADMIN_HASH, permissions: "*" }],
  },

  // A full queue of held messages must not be cut: the log has bounds of its own.
  nodeMessageBufferMaxLength: 0,

  logging: {
    console: { level: "off", metrics: false, audit: false },
    json: {
      level: "info",
      metrics: false,
      audit: false,
      handler: () => (entry) => {
        const { timestamp, level, type, id, name, msg } = entry;
        const levels = { 10: "fatal", 20: "error", 30: "warn", 40: "info", 50: "debug", 60: "trace" };
        const text = msg instanceof Error || (msg && msg.message) ? msg.message : String(msg);
        const line = {
          time: new Date(timestamp).toISOString(),
          level: levels[level],
          type,
          id,
          name,
          message: text,
        };
        process.stdout.write(`${JSON.stringify(line)}\n`);
      },
    },
  },
};
