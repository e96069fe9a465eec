using SecureToken.Tool;

return Application.Run(args, new ToolConsole(Environment.GetEnvironmentVariable));
