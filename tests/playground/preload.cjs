// Loaded into the Playground before its own code. Three things are changed, all of them around what it plays:
// it listens on this machine alone; its clock is the story's; and it hands out the private chats of all its people, and not
// of its one current user alone (who may see which is sorted out before each page).
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const net = require("node:net");

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (port, ...more) {
  if (typeof port === "object" && port !== null && "port" in port) {
    return listen.call(this, { ...port, host: "127.0.0.1" }, ...more);
  }
  return listen.call(this, port, "127.0.0.1", ...more.filter((one) => typeof one !== "string"));
};

// The file says by how many seconds both this and the bot's clock are ahead of the machine's.
const HostDate = Date;
const ahead = () => 1000 * Number(fs.readFileSync(process.env.AHEAD_FILE, "utf8"));
globalThis.Date = class extends HostDate {
  constructor(...given) {
    super(...(given.length ? given : [HostDate.now() + ahead()]));
  }

  static now() {
    return HostDate.now() + ahead();
  }
};

const KEPT_BACK = "isOtherUserChat(conversationId){";
const { _compile } = Module.prototype;
Module.prototype._compile = function (code, name, ...more) {
  const changed = code.replace(KEPT_BACK, `${KEPT_BACK}return false;`);
  if (name.endsWith("m365agentsplayground/dist/index.js") && changed === code) {
    throw new Error("this Playground is another one: it keeps private chats back in another way");
  }
  return _compile.call(this, changed, name, ...more);
};
