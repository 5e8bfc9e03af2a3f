"use strict";

// Loaded before Azurite: a test that dies must leave no server behind. The parent's death
// signal won't do, since for a multi-threaded parent it comes when the starting thread ends.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) {
    process.exit(0);
  }
}, 250).unref();
