using System.Diagnostics;
using Quickstart;

// The main job, end to end, on the emulator: no account, and nothing left behind in the profile of whoever runs it.
var clock = Stopwatch.StartNew();
using var place = new Workplace();
using var admin = new HttpClient();

try
{
    Heading("Pack SecureToken.Build and dotnet-sectoken into a local feed, and start the emulator");
    place.ReadPackagesOfProfile(true);
    foreach (string project in (string[])["SecureToken.Build", "SecureToken.Tool"])
    {
        Expect(0, place.Run(
            $"dotnet pack src/{project} -o feed",
            "dotnet",
            ["pack", Path.Combine(Workplace.RepositoryRoot, "src", project), "-c", "Release", "-o", place.Feed, "--artifacts-path", place.In("artifacts")],
            Workplace.RepositoryRoot,
            [".nupkg"]));
    }

    place.ReadPackagesOfProfile(false);
    place.StartEmulator();

    Heading("1. A PackageReference: build, and the token is in the app's user-secrets");
    CopyApp();
    Expect(0, place.Run("dotnet build", "dotnet", ["build", "-tl:off"], place.App, ["token ", "warning", "Warning(s)"]));
    Expect(0, RunApp("dotnet run --no-build"));

    Heading("2. A release pipeline: the tool writes the same token to a file, and the app reads it from the environment");
    Expect(0, place.Run(
        "dotnet tool install dotnet-sectoken --tool-path tools --source feed",
        "dotnet",
        ["tool", "install", "dotnet-sectoken", "--tool-path", place.Tools, "--source", place.Feed, "--prerelease"],
        place.Root,
        ["installed"]));
    Expect(0, Inject("--dotenv", "api.env"));
    Expect(0, RunProduction());

    Heading("3. A reset: whoever presses the button in the wrong team is told what died; then the right token is reset, and every copy follows");
    Expect(0, place.RunAndAct(
        "dotnet sectoken reset --team payments --dotenv api.env --user-secrets quickstart-app --no-browser",
        "dotnet",
        ["sectoken", "reset", "--team", "payments", "--dotenv", "api.env", "--user-secrets", "quickstart-app", "--no-browser"],
        place.App,
        [
            // Bob's token is not the one that the copies hold, so the command keeps waiting. Nor is Ada's of another team, but that one
            // died, and the command says so.
            ("Waiting for the new token", () =>
            {
                Press("bob", "payments");
                Press("ada", "Secure Operations");
            }),
            ("press Reset Token again", () => Press("ada", "payments")),
        ]));
    Expect(0, RunApp("dotnet run --no-build"));
    Expect(0, RunProduction());

    Console.WriteLine();
    Console.WriteLine($"All of it worked, in {clock.Elapsed.TotalSeconds:F0} s.");
    return 0;
}
catch (UnexpectedOutcomeException outcome)
{
    Console.Error.WriteLine($"The step above ended with status {outcome.Actual} instead of {outcome.Expected}.");
    return 1;
}

// In real life a person at the page that the tool names (and opens). The emulator has the page too, and a route for its button.
void Press(string user, string team)
{
    Console.WriteLine($"    ({user} logs in, selects team {team}, and presses Reset Token)");
    using var press = new HttpRequestMessage(
        HttpMethod.Post, new Uri($"{place.Setting("SECTOKEN_ENDPOINT")}/emulator/press?identity={user}&team={Uri.EscapeDataString(team)}"));
    using HttpResponseMessage pressed = admin.Send(press);
    pressed.EnsureSuccessStatusCode();
}

static void Heading(string text)
{
    Console.WriteLine();
    Console.WriteLine(text);
}

static void Expect(int expected, int actual)
{
    if (actual != expected)
    {
        throw new UnexpectedOutcomeException(expected, actual);
    }
}

void CopyApp()
{
    Directory.CreateDirectory(place.App);
    foreach (string file in (string[])["App.csproj", "Program.cs"])
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "App", file), Path.Combine(place.App, file));
    }

    // The feed beside the user's own sources; only our package comes from it.
    File.WriteAllText(Path.Combine(place.App, "NuGet.Config"), $"""
        <configuration>
          <packageSources>
            <add key="quickstart" value="{place.Feed}" />
          </packageSources>
        </configuration>
        """);
}

int RunApp(string shown) => place.Run(shown, "dotnet", ["run", "--no-build"], place.App, ["app:"]);

int Inject(params string[] destinations) => place.Run(
    "dotnet sectoken inject --team payments " + string.Join(' ', destinations), "dotnet", ["sectoken", "inject", "--team", "payments", .. destinations], place.App, ["token ", "written", "unchanged", "error", "warning"]);

int RunProduction()
{
    place.Set("DOTNET_ENVIRONMENT", "Production");
    try
    {
        if (!OperatingSystem.IsWindows())
        {
            return place.Run("set -a; . ./api.env; dotnet run --no-build", "sh", ["-c", "set -a; . ./api.env; exec dotnet run --no-build"], place.App, ["app:"]);
        }

        foreach (string line in File.ReadLines(Path.Combine(place.App, "api.env")))
        {
            string[] pair = line.Split('=', 2);
            place.Set(pair[0], pair[1]);
        }

        return RunApp("(api.env) dotnet run --no-build");
    }
    finally
    {
        place.Set("DOTNET_ENVIRONMENT", string.Empty);
    }
}

internal sealed class UnexpectedOutcomeException(int expected, int actual) : Exception
{
    public int Expected { get; } = expected;

    public int Actual { get; } = actual;
}
