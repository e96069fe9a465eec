using System.Text;
using SecureToken.Build.Tests.Support;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>Whatever happens, no form of a token, an API key or an IAM token is in a log, an output or a file of ours.</summary>
public sealed class LeakTests(PackageFixture package) : PackageTest(package)
{
    private const string IamCanary = "eyJraWQiOiJjYW5hcnkiLCJhbGciOiJSUzI1NiJ9.eyJpYW1faWQiOiJjYW5hcnktMTIzNCJ9.c2lnbmF0dXJlLWNhbmFyeQ";
    private const string BrokenKey = "{broken-key-canary-7f3a9c51}";

    /// <summary>What is done, and what the build must say when it really went that way: a scan after nothing happened proves nothing.</summary>
    private static readonly Dictionary<string, (string Said, Func<LeakTests, LeakScan, Task<string>> Do)> All = new(StringComparer.Ordinal)
    {
        ["success"] = ("written to", (test, _) => test.BuildAsync(0)),
        ["success with -mt"] = ("written to", (test, _) => test.BuildAsync(0, "-m:4", "-mt")),
        ["nothing to do"] = ("(?s)^(?!.*Task \"InjectSecureToken\")", async (test, _) =>
        {
            await test.BuildAsync(0);
            return await test.BuildAsync(0);
        }),
        ["a wrong key"] = ("SECTOK204", (test, _) => test.With(("SECTOKEN_API_KEY", test.Site.Emulator.ApiKey + "x")).BuildAsync(1, "-p:SecureTokenOnFailure=Error")),
        ["a key that cannot be one"] = ("SECTOK202", (test, scan) =>
        {
            scan.Add("broken key", BrokenKey);
            return test.With(("SECTOKEN_API_KEY", BrokenKey)).BuildAsync(0);
        }),
        ["the token of another team"] = ("SECTOK404", (test, _) => test.Emulator(emulator => emulator.TeamHeader = HonouredTeamHeader.None).BuildAsync(1)),
        ["an instance that refuses tokens"] = ("SECTOK401", (test, _) => test.Emulator(emulator => emulator.IamOnly = true).BuildAsync(0)),
        ["an unknown instance"] = ("SECTOK402", (test, _) => test.BuildAsync(0, "-p:SecureTokenInstance=00000000-0000-4000-8000-000000000000")),
        ["an unknown team"] = ("SECTOK403", (test, _) => test.BuildAsync(0, "-p:SecureTokenTeam=4711")),
        ["a service in trouble"] = ("SECTOK3", (test, _) => test.Emulator(emulator => emulator.FailNext(1000, 503, "/api")).BuildAsync(0, "-p:SecureTokenTimeout=1")),
        ["no answer in time"] = ("SECTOK304", (test, _) => test.Emulator(emulator => emulator.Latency = TimeSpan.FromMinutes(1)).BuildAsync(0, "-p:SecureTokenTimeout=1")),
        ["a dead copy"] = ("written to", async (test, scan) =>
        {
            scan.Add("old token", test.Site.Token);
            await test.BuildAsync(0, "-p:SecureTokenRefreshAfter=0");
            test.Site.Emulator.ResetToken(42);
            scan.Add("new token", test.Site.Token);
            await test.Emulator(emulator => emulator.FailNext(1, 400, "/identity/token")).BuildAsync(0, "-p:SecureTokenRefreshAfter=0");
            return await test.BuildAsync(0, "-p:SecureTokenRefreshAfter=0");
        }),
        ["an IAM that repeats what it is sent"] = ("SECTOK20", (test, _) => test.WithServerAsync("-p:SecureTokenIamEndpoint", EchoAsync)),
        ["a service that repeats what it is sent"] = ("SECTOK[34]", (test, _) => test.WithServerAsync("-p:SecureTokenEndpoint", EchoAsync)),
        ["a service that refuses the IAM token"] = ("SECTOK212", (test, scan) =>
        {
            scan.Add("IAM token", IamCanary);
            string json = $$"""{"access_token":"{{IamCanary}}","refresh_token":"not_supported","token_type":"Bearer","expires_in":3600,"expiration":{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}},"scope":"ibm openid"}""";
            return test.WithServerAsync("-p:SecureTokenIamEndpoint", (_, stream, stop) => AnswerAsync(stream, "200 OK", "application/json", json, stop));
        }),
        ["a redirect"] = ("SECTOK309", (test, _) => test.WithServerAsync("-p:SecureTokenIamEndpoint", (_, stream, stop) => AnswerAsync(stream, "307 Moved\r\nLocation: http://127.0.0.1:9/?x=1", "text/plain", "-", stop))),
        ["a destination that is a link"] = ("SECTOK502", (test, _) =>
        {
            File.CreateSymbolicLink(test.Site.Write("bare/elsewhere", "x") + ".env", "elsewhere");
            return test.BuildWithAsync(1, """<ItemGroup><SecureTokenDestination Include="elsewhere.env" Kind="dotenv" /></ItemGroup>""");
        }),
        ["a destination that cannot be edited"] = ("SECTOK510", (test, scan) =>
        {
            scan.Add("half a file", "half-a-file-canary-55aa12");
            scan.Allow(test.Site.Write("bare/half.json", "{ \"Sysdig:SecureApiToken\": \"half-a-file-canary-55aa12"));
            return test.BuildWithAsync(0, """<ItemGroup><SecureTokenDestination Include="half.json" Kind="json" /></ItemGroup>""");
        }),
        ["a log of the whole environment"] = ("warning SECTOK005", async (test, scan) =>
        {
            string key = test.Site.Write("../key", test.Site.Emulator.ApiKey);
            scan.Allow(key);
            return await test.With(("SECTOKEN_API_KEY", "@" + key), ("MSBUILDLOGALLENVIRONMENTVARIABLES", "1")).BuildAsync(0);
        }),
        ["a log of the whole environment, which every value switches on"] = ("warning SECTOK005", async (test, scan) =>
        {
            string key = test.Site.Write("../key", test.Site.Emulator.ApiKey);
            scan.Allow(key);
            return await test.With(("SECTOKEN_API_KEY", "@" + key), ("MSBUILDLOGALLENVIRONMENTVARIABLES", "0")).BuildAsync(0);
        }),
        ["a task that cannot be loaded"] = ("MSB4062", (test, _) => test.BuildAsync(1, $"-p:SecureTokenTaskAssembly={test.Package.Unpacked}/tasks/net10.0/Polly.Core.dll")),
        ["a crash of the task while it holds the credential"] = ("error SECTOK900.*FileNotFoundException", (test, _) =>
        {
            // Without one of its assemblies, which it needs when it is about to ask again.
            test.Site.Emulator.FailNext(1, 503, "/identity/token");
            string lame = Directory.CreateDirectory(Path.Combine(test.Site.Work, "lame")).FullName;
            foreach (string file in Directory.GetFiles(Path.Combine(test.Package.Unpacked, "tasks", "net10.0")).Where(file => Path.GetFileName(file) != "Polly.Core.dll"))
            {
                File.Copy(file, Path.Combine(lame, Path.GetFileName(file)));
            }

            return test.BuildAsync(1, $"-p:SecureTokenTaskAssembly={lame}/SecureToken.Build.dll");
        }),
        ["a log of the engine itself"] = ("written to", (test, _) => test.With(("MSBUILDDEBUGENGINE", "1"), ("MSBUILDDEBUGPATH", Path.Combine(test.Site.Root, "engine"))).BuildAsync(0)),
        ["a variable used as a property"] = ("warning SECTOK004.*bare.proj uses it", async (test, scan) =>
        {
            string key = test.Site.Write("../key", test.Site.Emulator.ApiKey);
            scan.Allow(key);
            return await test.With(("IBMCLOUD_API_KEY", "@" + key)).BuildWithAsync(0, "<PropertyGroup><Mine>$(IBMCLOUD_API_KEY)</Mine></PropertyGroup>");
        }),
        ["a variable given with -p:"] = ("warning SECTOK004.*-p:", (test, _) => test.BuildAsync(0, "-p:ibmcloud_api_key=x")),
    };

    public static TheoryData<string> Usages => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Usages))]
    public async Task No_secret_is_found_after(string usage)
    {
        var scan = new LeakScan(Site);
        Assert.Matches(All[usage].Said, await All[usage].Do(this, scan));
        Assert.Empty(scan.Find());
    }

    [Fact]
    public async Task No_secret_is_found_in_the_outputs_of_a_program_its_publication_and_its_package()
    {
        var scan = new LeakScan(Site);
        string project = await Site.SdkProjectAsync("app", body: """
            <ItemGroup>
              <None Update="*.env" CopyToOutputDirectory="Always" />
              <SecureTokenDestination Include="local.env" Kind="dotenv" />
              <SecureTokenDestination Include="../prod.env" Kind="dotenv" On="publish" />
            </ItemGroup>
            """);
        scan.Allow(Path.Combine(Site.Work, "app", "local.env"));
        scan.Allow(Path.Combine(Site.Work, "prod.env"));
        (await Site.RunAsync("build", project, "-v:diag")).Exits(0);
        (await Site.RunAsync("publish", project)).Exits(0);
        (await Site.RunAsync("pack", project)).Exits(0);
        Assert.Empty(scan.Find());
        Assert.NotEmpty(Directory.GetFiles(Site.Work, "*.nupkg", SearchOption.AllDirectories));
    }

    /// <summary>The control: a scan that finds nothing here would find nothing anywhere.</summary>
    [Theory]
    [InlineData("""<Target Name="Leak" AfterTargets="SecureTokenInject"><PropertyGroup><Leak>$([System.IO.File]::ReadAllText('$(_SecureTokenSecretsFile)'))</Leak></PropertyGroup></Target>""", ".binlog")]
    [InlineData("""<Target Name="Leak" AfterTargets="SecureTokenInject"><ItemGroup><EmbedInBinlog Include="$(_SecureTokenSecretsFile)" /></ItemGroup></Target>""", ".binlog")]
    [InlineData("""<Target Name="Leak" AfterTargets="SecureTokenInject"><Message Importance="High" Text="$([MSBuild]::ConvertToBase64('$([System.IO.File]::ReadAllText($(_SecureTokenSecretsFile)))'))" /></Target>""", ".txt")]
    [InlineData("""<Target Name="Leak" AfterTargets="SecureTokenInject"><Copy SourceFiles="$(_SecureTokenSecretsFile)" DestinationFolder="obj" /></Target>""", "secrets.json")]
    public async Task A_project_that_leaks_is_found(string target, string place)
    {
        var scan = new LeakScan(Site);
        await BuildWithAsync(0, target);
        Assert.Contains(scan.Find(), finding => finding.EndsWith(place, StringComparison.Ordinal) && finding.StartsWith("token of payments", StringComparison.Ordinal));
    }

    private static Task EchoAsync(string request, Stream stream, CancellationToken stop)
    {
        string body = request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        string echo = request.ReplaceLineEndings(" ");
        return AnswerAsync(stream, "400 " + body, "application/json", $$"""{"errorCode":"{{Uri.UnescapeDataString(echo)}}","errorMessage":"{{echo}}","message":"{{echo}}"}""", stop);
    }

    private static Task AnswerAsync(Stream stream, string status, string type, string body, CancellationToken stop) => stream.WriteAsync(
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"), stop).AsTask();

    private LeakTests With(params (string Name, string Value)[] variables)
    {
        foreach ((string name, string value) in variables)
        {
            Site.Command.With(name, value);
        }

        return this;
    }

    private LeakTests Emulator(Action<EmulatorServer> change)
    {
        change(Site.Emulator);
        return this;
    }

    private async Task<string> WithServerAsync(string property, Func<string, Stream, CancellationToken, Task> answer)
    {
        await using FaultServer server = FaultServer.Behaving(answer);
        return await BuildAsync(0, $"{property}={server.BaseUrl}");
    }

    private Task<string> BuildAsync(int exit, params string[] arguments) => BuildWithAsync(exit, string.Empty, arguments);

    private async Task<string> BuildWithAsync(int exit, string body, params string[] arguments) =>
        (await Site.MSBuildAsync(Site.BareProject(body: body), ["-v:diag", .. arguments])).Exits(exit).Output;
}
