using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;
using SecureToken.Tool;
using SecureToken.Tool.Terminal;

// Before any file is opened; then before anything secret is read.
StandardDescriptors.Protect();
ProcessMemory.Protect();
return Application.Run(args, new ToolConsole(Environment.GetEnvironmentVariable));
