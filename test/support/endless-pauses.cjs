// Loaded before a handler: a pause of random length takes hours.
Math.random = () => 1e6;
