using System.Runtime.Versioning;

// Terminals, traces and modes are looked at with the programs of Linux (script, strace, stat, setpriv).
[assembly: SupportedOSPlatform("linux")]
