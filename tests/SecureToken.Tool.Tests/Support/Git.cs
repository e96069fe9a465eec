namespace SecureToken.Tool.Tests.Support;

/// <summary>Makes the working directory a git work tree.</summary>
internal static class Git
{
    public static async Task InitAsync(ToolFixture tool, string ignore = "")
    {
        await RunAsync(tool, "init", "--quiet");
        tool.Write(".gitignore", ignore);
        await CommitAsync(tool, ".gitignore");
    }

    public static async Task CommitAsync(ToolFixture tool, string file)
    {
        await RunAsync(tool, "add", "--force", file);
        await RunAsync(tool, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message", "x");
    }

    private static async Task RunAsync(ToolFixture tool, params string[] arguments) => (await tool.OtherAsync("git", arguments)).Exits(0);
}
