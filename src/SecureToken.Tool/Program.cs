using SecureToken.Core.Secrets;
using SecureToken.Tool;
using SecureToken.Tool.Terminal;

// Before anything secret is read.
ProcessMemory.Protect();
return Application.Run(args, new ToolConsole(Environment.GetEnvironmentVariable));
