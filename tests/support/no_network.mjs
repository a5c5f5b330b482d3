// Loaded into tools that have no reason to call anywhere: a connection ends them.
import { Socket } from "node:net";

Socket.prototype.connect = () => {
  throw new Error("this tool has to work without a network");
};
