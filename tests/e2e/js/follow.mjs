// Follows a hub's timeline with the `graphql-ws` client and cuts its own socket in the middle, again and again.
// Arguments: the hub's WebSocket address, the number of cuts, the title of the incident that ends the run.
// Each line it writes is one update as JSON; "cut" says that the socket was destroyed.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, cuts, lastTitle] = process.argv.slice(2);
const query = `subscription ($after: String) { incidentCreated(after: $after) { cursor incident { title } } }`;
let after = "0";

// One connection; true when the last incident was seen, false when it was cut after `most` updates.
function follow(most) {
  return new Promise((resolve, reject) => {
    let socket;
    let seen = 0;
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true });
    client.on("connected", (opened) => (socket = opened));
    const sink = {
      next({ data, errors }) {
        if (errors) return reject(new Error(JSON.stringify(errors)));
        if (seen >= most) return; // the socket is destroyed; what is still in its buffer was never received
        const update = data.incidentCreated;
        after = update.cursor;
        seen += 1;
        console.log(JSON.stringify(update));
        if (update.incident.title === lastTitle) {
          resolve(true);
          client.dispose();
        } else if (seen === most) {
          console.log(JSON.stringify("cut"));
          socket.terminate();
        }
      },
      error: (error) => (seen >= most ? resolve(false) : reject(error)),
      complete: () => resolve(true),
    };
    client.subscribe({ query, variables: { after } }, sink);
  });
}

for (let cut = 0; cut < Number(cuts); cut += 1) {
  if (await follow(3 + cut)) throw new Error("the hub ended before the socket was cut");
}
await follow(Infinity);
