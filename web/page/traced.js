// What is made of the trace up to the moment in view: the sequence diagram, and who knows what. The core gives the events, the
// reader makes it.
import { driver } from "./driver.js";
import { model } from "./model.js";
import { drawn, known } from "./reading.js";

const chunk = () => driver.call("chunk", { from: 0, to: model.state.total });

// ladder resolves with the sequence diagram, { svg }; a filter, { conn, host, protocol } or a connection's number, leaves out the rest.
export const ladder = async (filter = 0) => ({ svg: await drawn(await chunk(), typeof filter === "object" ? filter : { conn: filter }, model.hello?.lang ?? "en") });

// knows resolves with what each host could read.
export const knows = async () => known(await chunk());
