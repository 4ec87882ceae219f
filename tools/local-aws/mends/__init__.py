"""What MiniStack 1.5.33 leaves out and this project needs. Private names are patched: the version is pinned,
and test/tools/local-aws/probes.test.ts shows for each mend that the plain engine still needs it."""
