// Prints what the whole process has cost, from its start to its end: CPU milliseconds and peak memory.
process.once('exit', () => {
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }));
});
