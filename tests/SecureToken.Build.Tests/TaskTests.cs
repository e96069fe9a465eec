using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SecureToken.Build.Tests.Support;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace SecureToken.Build.Tests;

/// <summary>
/// The task alone, in this process, with an engine that only listens. Not beside a build in this process, which takes the current
/// directory and the environment back to what they were before it.
/// </summary>
[Collection("this process")]
public sealed class TaskTests : IAsyncLifetime
{
    private const string KeyVariable = "SECTOK_TASKTESTS_KEY";
    private const string WrongKeyVariable = "SECTOK_TASKTESTS_WRONG_KEY";

    private readonly TemporaryDirectory _directory = new("task");
    private EmulatorServer _emulator = null!;

    public static TheoryData<string> HostileLedgers =>
    [
        "", "{", "null", "[]", "\"text\"", "{}", "\0\0\0\0",
        """{ "version": 2 }""",
        """{ "version": 1, "places": 7, "served": {} }""",
        """{ "version": 1, "endpoint": null, "places": [null], "served": [null], "lastFailure": {} }""",
        """{ "version": 1, "places": [{ "kind": "dotenv", "location": "relative", "slot": "=\n", "fingerprint": "x", "writtenAt": "2026-01-01T00:00:00Z" }] }""",
        """{ "version": 1, "fingerprint": 5, "verifiedAt": "yesterday", "teamId": "x" }""",
        """{ "version": 1, "fingerprint": "0", "verifiedAt": "9999-12-31T23:59:59+00:00" }""",
        """{ "version": 1, "lastFailure": { "code": "SECTOK000", "message": "{0}", "nextStep": "n", "at": "0001-01-01T00:00:00+00:00", "served": [null], "dead": null } }""",
    ];

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { ApiKey = "task-tests-key-000000000000000000000000000", Teams = [new EmulatorTeam("payments", 42)] });
        Environment.SetEnvironmentVariable("SECTOKEN_TRUST_HOST", "127.0.0.1");
        Environment.SetEnvironmentVariable(KeyVariable, _emulator.ApiKey);
        Environment.SetEnvironmentVariable(WrongKeyVariable, "wrong-key-0000000000000000000000000000000000");
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public void A_success_writes_says_so_once_and_tells_when_the_next_refresh_is_due()
    {
        var engine = new FakeEngine();
        using InjectSecureToken task = Create(engine, "a");
        DateTime before = DateTime.UtcNow;
        Assert.True(task.Execute());
        Assert.Empty(engine.Errors);
        Assert.Empty(engine.Warnings);
        Assert.Contains("a: token", Assert.Single(engine.Messages, message => message.Importance == MessageImportance.High).Message, StringComparison.Ordinal);
        Assert.StartsWith("dotnet sectoken inject", Assert.Single(engine.Messages, message => message.Importance == MessageImportance.Low).Message, StringComparison.Ordinal);
        DateTime due = DateTime.Parse(task.DueAt, null, System.Globalization.DateTimeStyles.RoundtripKind);
        Assert.Equal(DateTimeKind.Utc, due.Kind);
        Assert.InRange(due, before.AddHours(8), DateTime.UtcNow.AddHours(8));
        Assert.Equal(_emulator.TokenOf(42), TokenIn("a"));
    }

    [Fact]
    public void A_build_that_asks_anew_takes_no_answer_of_another_build()
    {
        using (InjectSecureToken earlier = Create(new FakeEngine(), "a"))
        {
            Assert.True(earlier.Execute());
        }

        _emulator.ResetToken(42);
        foreach (string project in (string[])["b", "c"])
        {
            using InjectSecureToken anew = Create(new FakeEngine(), project);
            Set(anew, "SecureTokenRefreshAfter", "0");
            Assert.True(anew.Execute());
            Assert.Equal(_emulator.TokenOf(42), TokenIn(project));
        }

        // The two are one build.
        Assert.Equal(Requests.Times(2), Requests.Of(_emulator));
    }

    [Fact]
    public void A_manifest_gets_the_token_under_the_names_of_its_metadata()
    {
        var engine = new FakeEngine();
        using InjectSecureToken task = Create(engine, "a");
        Set(task, "SecureTokenKey", "Not:The:Key:Of:A:Secret");
        task.Destinations =
        [
            new TaskItem("conf/sysdig.yaml", new Dictionary<string, string> { ["Kind"] = "kubernetes", ["Secret"] = "sysdig" }),
            new TaskItem("conf/sysdig.yaml", new Dictionary<string, string> { ["Kind"] = "kubernetes", ["Secret"] = "other", ["Namespace"] = "prod", ["Key"] = "k", ["Form"] = "data" }),
        ];
        Assert.True(task.Execute(), engine.All);
        string encoded = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(_emulator.TokenOf(42)));

        // Several destinations are written at once, so either may be the first document.
        string[] documents = [.. File.ReadAllText(_directory["a", "conf", "sysdig.yaml"]).Split("---\n").Order(StringComparer.Ordinal)];
        Assert.Collection(
            documents,
            document => Assert.Matches("name: other\n  namespace: prod\n(.|\n)*\ndata:\n  k: " + encoded + "\n$", document),
            document => Assert.Matches("name: sysdig\n  annotations:\n(.|\n)*\nstringData:\n  token: \"" + _emulator.TokenOf(42) + "\"\n$", document));
        Assert.Contains("--kubernetes " + _directory["a", "conf", "sysdig.yaml"] + " --secret prod/other:k", engine.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Secret", "", "SECTOK660")]
    [InlineData("Namespace", "Prod", "SECTOK660")]
    [InlineData("Form", "base64", "SECTOK108")]
    [InlineData("Kind", "kubernets", "SECTOK108")]
    [InlineData("On", "publsh", "SECTOK108")]
    public void Metadata_of_a_manifest_that_cannot_be_used_is_an_error(string metadata, string value, string code)
    {
        var engine = new FakeEngine();
        using InjectSecureToken task = Create(engine, "a");
        task.Destinations = [new TaskItem("conf/sysdig.yaml", new Dictionary<string, string> { ["Kind"] = "kubernetes", ["Secret"] = "sysdig", [metadata] = value })];
        Set(task, "SecureTokenOnFailure", "Error");
        Assert.False(task.Execute());
        Assert.Equal(code, Assert.Single(engine.Errors).Code);
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("", true, true)]
    [InlineData("Error", false, true)]
    [InlineData("Warn", true, false)]
    public void A_failure_has_its_code_its_place_and_its_page(string onFailure, bool isContinuousIntegration, bool isError)
    {
        var engine = new FakeEngine();
        using InjectSecureToken task = Create(engine, "a");
        Set(task, "SecureTokenApiKeyVariable", WrongKeyVariable);
        Set(task, "SecureTokenOnFailure", onFailure);
        task.IsContinuousIntegration = isContinuousIntegration;
        Assert.Equal(!isError, task.Execute());
        (string code, string file, string link) = isError
            ? (Assert.Single(engine.Errors).Code, engine.Errors[0].File, engine.Errors[0].HelpLink)
            : (Assert.Single(engine.Warnings).Code, engine.Warnings[0].File, engine.Warnings[0].HelpLink);
        Assert.Equal("SECTOK204", code);
        Assert.Equal(task.Project, file);
        Assert.EndsWith("docs/diagnostics.md#sectok204", link, StringComparison.Ordinal);
        Assert.Empty(task.DueAt);
    }

    [Fact]
    public async Task Two_tasks_at_once_write_beside_their_own_projects_whatever_the_current_directory_is()
    {
        string decoy = _directory.Create("decoy");
        Directory.CreateDirectory(Path.Combine(decoy, "conf"));
        string previous = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(decoy);
        try
        {
            var engines = Enumerable.Range(0, 8).Select(_ => new FakeEngine()).ToArray();

            // Each on a thread of its own, as in MSBuild: the service, which is in this process too, needs those of the pool.
            await Task.WhenAll(engines.Select((engine, i) => Task.Factory.StartNew(
                () =>
                {
                    using InjectSecureToken task = Create(engine, $"p{i}");
                    Assert.True(task.Execute(), engine.All);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(_emulator.TokenOf(42), TokenIn($"p{i}")));
            Assert.Equal(Requests.Once, Requests.Of(_emulator));
            Assert.Equal(decoy, Directory.GetCurrentDirectory());
            Assert.Empty(Directory.GetFiles(decoy, "*", SearchOption.AllDirectories));
        }
        finally
        {
            Directory.SetCurrentDirectory(previous);
        }
    }

    [Fact]
    public async Task Cancel_ends_the_task_while_it_waits_for_an_answer()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FaultServer silent = FaultServer.Behaving((_, _, stop) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, stop);
        });
        var engine = new FakeEngine();
        using InjectSecureToken task = Create(engine, "a");
        Set(task, "SecureTokenIamEndpoint", silent.BaseUrl);
        Set(task, "SecureTokenTimeout", "600");
        Task<bool> run = Task.Run(task.Execute);
        await Wait.ForAsync("the request to IAM", asked.Task, run);
        task.Cancel();
        await run;
        Assert.Equal("SECTOK316", Assert.Single(engine.Warnings).Code);
        Assert.False(File.Exists(FileOf("a")));

        // A cancelled build is no failure that the next one shares.
        using InjectSecureToken next = Create(new FakeEngine(), "a");
        Assert.True(next.Execute());
        Assert.Equal(_emulator.TokenOf(42), TokenIn("a"));
    }

    [Fact]
    public void A_task_that_was_cancelled_before_it_began_asks_nothing()
    {
        using InjectSecureToken task = Create(new FakeEngine(), "a");
        task.Cancel();
        task.Execute();
        Assert.Empty(_emulator.Requests);
    }

    [Fact]
    public void In_a_question_build_what_is_due_is_an_error_and_nothing_is_asked()
    {
        var engine = new FakeEngine();
        using InjectSecureToken task = Create(engine, "a");
        task.FailIfNotIncremental = true;
        Assert.False(task.Execute());
        Assert.Equal("SECTOK006", Assert.Single(engine.Errors).Code);
        Assert.Empty(_emulator.Requests);
    }

    [Fact]
    public void A_crash_is_one_coded_error_without_the_text_of_the_exception()
    {
        var engine = new FakeEngine { GlobalProperties = null };
        using InjectSecureToken task = Create(engine, "a");
        Assert.False(task.Execute());
        Assert.Equal("SECTOK900", Assert.Single(engine.Errors).Code);
        Assert.Contains(nameof(InvalidOperationException), engine.All, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", engine.All, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(HostileLedgers))]
    public void Whatever_stands_in_the_ledger_the_task_succeeds_and_repairs_it(string content)
    {
        using (InjectSecureToken first = Create(new FakeEngine(), "a"))
        {
            Assert.True(first.Execute());
        }

        string ledger = Directory.GetFiles(Path.Combine(TestHost.StateDirectory, "ledger"), "*.json").Single(path => File.ReadAllText(path).Contains(_emulator.InstanceId, StringComparison.Ordinal));
        File.WriteAllText(ledger, content);
        var engine = new FakeEngine();
        using InjectSecureToken second = Create(engine, "b");
        Assert.True(second.Execute());
        Assert.Empty(engine.Warnings);
        Assert.Equal(_emulator.TokenOf(42), TokenIn("b"));
        Assert.Equal(Requests.Times(2), Requests.Of(_emulator));
        Assert.Contains(_emulator.InstanceId, File.ReadAllText(ledger), StringComparison.Ordinal);
    }

    [Trait("System", "Unix")]
    [Fact]
    public void A_project_file_that_cannot_be_read_costs_no_build()
    {
        using InjectSecureToken task = Create(new FakeEngine(), "a");
        task.ProjectFiles = [_directory.Path, Path.Combine(_directory.Path, "missing.props"), "/proc/self/mem", string.Empty];
        Assert.True(task.Execute());
    }

    [Theory]
    [InlineData("<X>$(IBMCLOUD_API_KEY)</X>", true)]
    [InlineData("<X>$(ibmcloud_api_key)</X>", true)]
    [InlineData("<X>$(IBMCLOUD_API_KEY.Trim())</X>", true)]
    [InlineData("<X>$([System.Environment]::GetEnvironmentVariable('SECTOKEN_IAM_TOKEN'))</X>", true)]
    [InlineData("<X>$(SECTOK_TASKTESTS_KEY)</X>", true)]
    [InlineData("<X>$(IBMCLOUD_API_KEY_FILE) IBMCLOUD_API_KEY</X>", false)]
    public void A_variable_that_is_used_as_a_property_is_noticed(string text, bool isMisuse)
    {
        var engine = new FakeEngine();
        using InjectSecureToken task = Create(engine, "a");
        task.ProjectFiles = [_directory.Write("Directory.Build.props", text)];
        Assert.True(task.Execute());
        Assert.Equal(isMisuse ? ["SECTOK004"] : [], engine.Warnings.Select(warning => warning.Code));
    }

    private InjectSecureToken Create(FakeEngine engine, string project)
    {
        Directory.CreateDirectory(_directory[project]);
        var task = new InjectSecureToken
        {
            BuildEngine = engine,
            Project = _directory[project, project + ".csproj"],
            Consumer = "test " + project,
            Destinations = [new TaskItem("conf/token.env", new Dictionary<string, string> { ["Kind"] = "dotenv", ["Name"] = "TOKEN" })],
        };
        Set(task, "SecureTokenEndpoint", _emulator.BaseUrl.ToString());
        Set(task, "SecureTokenIamEndpoint", _emulator.BaseUrl.ToString());
        Set(task, "SecureTokenInstance", _emulator.InstanceId);
        Set(task, "SecureTokenTeam", "42");
        Set(task, "SecureTokenTimeout", "120");
        Set(task, "SecureTokenApiKeyVariable", KeyVariable);
        return task;
    }

    private static void Set(InjectSecureToken task, string property, string value) => task.Settings =
        [.. task.Settings.Where(item => item.ItemSpec != property), new TaskItem(property, new Dictionary<string, string> { ["Value"] = value })];

    private string FileOf(string project) => _directory[project, "conf", "token.env"];

    private string TokenIn(string project) => File.ReadAllText(FileOf(project)).Trim()["TOKEN=".Length..];
}
