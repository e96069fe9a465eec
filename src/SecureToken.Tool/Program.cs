using SecureToken.Core.Secrets;
using SecureToken.Tool;

// Before anything secret is read.
ProcessMemory.Protect();
return Application.Run(args, new ToolConsole(Environment.GetEnvironmentVariable));
