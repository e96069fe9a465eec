using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>A solution stands for its projects, evaluated in one helper process.</summary>
public sealed class SolutionTests
{
    [Theory]
    [InlineData("App.sln")]
    [InlineData("App.slnx")]
    public async Task The_projects_that_say_something_of_a_token_get_theirs(string solution)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Write(tool, "a", "<UserSecretsId>a</UserSecretsId><SecureTokenTeam>payments</SecureTokenTeam>");
        Write(tool, "b", "<UserSecretsId>b</UserSecretsId><SecureTokenTeam>checkout</SecureTokenTeam><SecureTokenKey>X:Y</SecureTokenKey>");
        Write(tool, "c", "<UserSecretsId>c</UserSecretsId>");
        Write(tool, "d", "<UserSecretsId>d</UserSecretsId><SecureTokenTeam>payments</SecureTokenTeam><SecureTokenEnabled>false</SecureTokenEnabled>");
        Write(tool, "e", "<UserSecretsId>a</UserSecretsId><SecureTokenTeam>payments</SecureTokenTeam>");
        Write(tool, "f", "<UserSecretsId>f</UserSecretsId><SecureTokenTeam>payments</SecureTokenTeam><SecureTokenUserSecrets>false</SecureTokenUserSecrets>");
        WriteSolution(tool, solution, "a", "b", "c", "d", "e", "f");

        (await tool.RunAsync("inject", solution)).Succeeds();
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets("a"), ToolFixture.DefaultKey));
        Assert.Equal(tool.Emulator.TokenOf(ToolFixture.OtherTeamId), InjectTests.ReadJson(tool.UserSecrets("b"), "X:Y"));
        Assert.False(File.Exists(tool.UserSecrets("c")));
        Assert.False(File.Exists(tool.UserSecrets("d")));
        Assert.False(File.Exists(tool.UserSecrets("f")));
        Assert.Equal(2, tool.Fetches);

        // The one solution of a directory without a project is meant when nothing is said; an option picks a team.
        ToolRun run = (await tool.RunAsync("inject", "--team", "checkout")).Succeeds();
        Assert.Equal(1, run.Error.Split('\n').Count(line => line.StartsWith("unchanged ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_teams_that_want_one_place_are_a_conflict()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Write(tool, "a", "<UserSecretsId>shared</UserSecretsId><SecureTokenTeam>payments</SecureTokenTeam>");
        Write(tool, "b", "<UserSecretsId>shared</UserSecretsId><SecureTokenTeam>checkout</SecureTokenTeam>");
        WriteSolution(tool, "App.slnx", "a", "b");
        ToolRun run = await tool.FailAsync(10, "SECTOK107", "inject", "App.slnx");
        Assert.Contains("b.csproj: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("for team payments", run.Error, StringComparison.Ordinal);
        Assert.Contains("for team checkout", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_solution_that_cannot_be_used_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Write(tool, "a", string.Empty);
        WriteSolution(tool, "App.slnx", "a");
        await tool.FailAsync(10, "SECTOK124", "inject", "App.slnx");
        tool.Write("global.json", """{ "sdk": { "version": "9.9.999" } }""");
        ToolRun missing = await tool.FailAsync(10, "SECTOK113", "inject", "App.slnx");
        Assert.Contains("The .NET SDK that its global.json asks for is not installed.", missing.Error, StringComparison.Ordinal);
        File.Delete(tool.At("global.json"));
        tool.Write("Broken.sln", "This is none.");
        await tool.FailAsync(10, "SECTOK113", "inject", "Broken.sln");
        await tool.FailAsync(10, "SECTOK113", "inject", "nowhere.sln");
        WriteSolution(tool, "Missing.slnx", "a", "gone");
        ToolRun run = await tool.FailAsync(10, "SECTOK113", "inject", "Missing.slnx");
        Assert.Contains("gone.csproj", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    private static void Write(ToolFixture tool, string name, string properties) =>
        tool.Write($"{name}/{name}.csproj", $"<Project><PropertyGroup>{properties}</PropertyGroup></Project>");

    private static void WriteSolution(ToolFixture tool, string file, params string[] projects)
    {
        if (file.EndsWith('x'))
        {
            tool.Write(file, $"<Solution>{string.Concat(projects.Select(name => $"<Project Path=\"{name}/{name}.csproj\" />"))}</Solution>");
            return;
        }

        IEnumerable<string> lines = projects.Select(name =>
            $"Project(\"{{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}}\") = \"{name}\", \"{name}\\{name}.csproj\", \"{{{Guid.NewGuid().ToString().ToUpperInvariant()}}}\"\nEndProject\n");
        tool.Write(file, "Microsoft Visual Studio Solution File, Format Version 12.00\n" + string.Concat(lines) + "Global\nEndGlobal\n");
    }
}
