// For the proxy, which speaks to the hub and to the servers through files.
//
// It asks them to close the connection after their answer. Node.js ends what it sends with an
// empty write, and on a file that a quick server has closed by then, that is an error: the browser
// would be told "503" instead of the answer. So they are asked to leave the closing to the proxy.
const http = require("node:http");
const { syncBuiltinESMExports } = require("node:module");

const request = http.request;
http.request = (options, ...rest) => {
  if (options.socketPath && options.headers?.connection === "close")
    options = { ...options, headers: { ...options.headers, connection: "keep-alive" } };
  return request(options, ...rest);
};
syncBuiltinESMExports();
