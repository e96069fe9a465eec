using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>The program while it runs.</summary>
public sealed class ProgramTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Instance = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Standard_output_is_exactly_the_announced_lines()
    {
        SkipWithoutSignals();
        await using var emulator = await EmulatorProcess.StartAsync(
            _directory.Root, "--port", "0", "--team", "payments=42", "--team=a=b=43", "--instance", Instance, "--api-key-file", "key");

        Assert.Equal(
            [
                $"SECTOKEN_ENDPOINT=http://127.0.0.1:{emulator.BaseUrl.Port}",
                $"SECTOKEN_IAM_ENDPOINT=http://127.0.0.1:{emulator.BaseUrl.Port}",
                $"SECTOKEN_RESOURCE_CONTROLLER=http://127.0.0.1:{emulator.BaseUrl.Port}",
                $"SECTOKEN_INSTANCE={Instance}",
                $"SECTOKEN_API_KEY=@{_directory["key"]}",
                $"# ready: teams payments=42, a=b=43, Secure Operations=30785; settings page {emulator.BaseUrl}#/settings/user",
            ],
            emulator.Lines);
        using var client = new Client(emulator.BaseUrl);
        await client.GetAsync("/");
        Assert.Equal((0, "", ""), await emulator.SignalAsync("TERM"));
    }

    [Fact]
    public async Task Identities_get_key_files_and_are_announced_and_the_first_user_is_the_one_to_use()
    {
        await File.WriteAllTextAsync(_directory["robot.key"], "the-robots-key", TestContext.Current.CancellationToken);
        await using var emulator = await EmulatorProcess.StartAsync(
            _directory.Root, "--identity", "robot=robot.key:service-id", "--identity", "Alice Adams=alice.key",
            "--identity=bob=bob.key:user", "--identity", "deploy:trusted-profile");
        using var client = new Client(emulator.BaseUrl);

        Assert.Equal($"@{_directory["alice.key"]}", emulator.Announced["SECTOKEN_API_KEY"]);
        Assert.Contains($"# identity robot (service-id): SECTOKEN_API_KEY=@{_directory["robot.key"]}", emulator.Lines);
        Assert.Contains($"# identity Alice Adams (user): SECTOKEN_API_KEY=@{_directory["alice.key"]}", emulator.Lines);
        Assert.Contains(
            emulator.Lines,
            line => line.StartsWith("# identity deploy (trusted-profile): IBMCLOUD_CR_PROFILE=Profile-", StringComparison.Ordinal));
        AssertMode(OwnerOnly, _directory["alice.key"]);
        foreach (var file in (string[])["robot.key", "alice.key", "bob.key"])
        {
            Assert.Equal(
                200,
                (await client.ExchangeAsync(await File.ReadAllTextAsync(_directory[file], TestContext.Current.CancellationToken))).Status);
        }

        Assert.Contains("\"identity\":\"Alice Adams\"", (await client.GetAsync("/emulator/session")).Body, StringComparison.Ordinal);
        Assert.Contains("\"tokenPer\":\"identity\"", (await client.GetAsync("/emulator/identities")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_id_alone_is_there_beside_the_default_user()
    {
        await using var emulator = await EmulatorProcess.StartAsync(
            _directory.Root, "--identity", "robot=robot.key:service-id", "--api-key-file", "key");
        using var client = new Client(emulator.BaseUrl);

        Assert.Equal($"@{_directory["key"]}", emulator.Announced["SECTOKEN_API_KEY"]);
        Assert.Contains("\"identity\":\"Emulated User\"", (await client.GetAsync("/emulator/session")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_cleanly_on_an_interrupt()
    {
        SkipWithoutSignals();
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root);

        Assert.Equal((0, "", ""), await emulator.SignalAsync("INT"));
    }

    [Fact]
    public async Task A_missing_key_file_is_created_for_the_owner_only_and_its_key_works()
    {
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root, "--api-key-file", "key");

        var key = await File.ReadAllTextAsync(_directory["key"], TestContext.Current.CancellationToken);
        Assert.Matches("^[A-Za-z0-9_-]{44}$", key);
        AssertMode(OwnerOnly, _directory["key"]);
        using var client = new Client(emulator.BaseUrl);
        Assert.Equal(200, (await client.ExchangeAsync(key)).Status);
    }

    [Fact]
    public async Task An_existing_key_file_is_used_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(_directory["key"], "my_own-key\n", TestContext.Current.CancellationToken);
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root, "--api-key-file", "key");
        using var client = new Client(emulator.BaseUrl);

        Assert.Equal(200, (await client.ExchangeAsync("my_own-key")).Status);
        Assert.Equal("my_own-key\n", await File.ReadAllTextAsync(_directory["key"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_key_file_a_private_one_exists_until_the_end()
    {
        SkipWithoutSignals();
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root);
        var keyFile = emulator.ApiKeyFile;

        Assert.True(Path.IsPathFullyQualified(keyFile));
        AssertMode(OwnerOnly, keyFile);
        AssertMode(OwnerOnly | UnixFileMode.UserExecute, Path.GetDirectoryName(keyFile)!);
        await emulator.SignalAsync("TERM");
        Assert.False(Directory.Exists(Path.GetDirectoryName(keyFile)));
    }

    [Fact]
    public async Task The_ready_file_holds_the_same_lines_and_goes_away_at_the_end()
    {
        SkipWithoutSignals();
        await File.WriteAllTextAsync(_directory["ready"], "stale", TestContext.Current.CancellationToken);
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root, "--ready-file", "ready");

        // Standard output comes first, so the file may be a moment behind it.
        while (!File.Exists(_directory["ready"]))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(emulator.Lines, await File.ReadAllLinesAsync(_directory["ready"], TestContext.Current.CancellationToken));
        Assert.Equal(0, (await emulator.SignalAsync("TERM")).ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Root));
    }

    [Fact]
    public async Task A_path_that_a_shell_would_take_apart_is_quoted()
    {
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root, "--api-key-file", "my key's");

        Assert.Equal($"'@{_directory["my key'\\''s"]}'", emulator.Announced["SECTOKEN_API_KEY"]);
    }

    [Fact]
    public async Task Settings_of_an_ASP_NET_program_in_the_working_directory_are_not_read()
    {
        SkipWithoutSignals();
        await File.WriteAllTextAsync(
            _directory["appsettings.json"],
            """{"urls":"http://0.0.0.0:1","AllowedHosts":"example.com","Kestrel":{"Endpoints":{"Http":{"Url":"http://0.0.0.0:1"}}}}""",
            TestContext.Current.CancellationToken);
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root);
        using var client = new Client(emulator.BaseUrl);

        Assert.NotEqual(1, emulator.BaseUrl.Port);
        Assert.Equal(200, (await client.GetAsync("/")).Status);
        Assert.Equal((0, "", ""), await emulator.SignalAsync("TERM"));
    }

    [Fact]
    public async Task Every_behaviour_option_reaches_the_server()
    {
        await using var emulator = await EmulatorProcess.StartAsync(
            _directory.Root,
            "--iam-only", "--team-header", "plain", "--latency", "1", "--iam-token-lifetime", "60", "--api-key-file", "key",
            "--reset-route", "PUT /api/v1/tokens/reset", "--old-token-lives", "forever", "--new-token-after", "7",
            "--iam-error", "mfa", "--token-per", "identity", "--answer", "/api/users/me=405-html");
        using var client = new Client(emulator.BaseUrl);

        Assert.Equal(
            """{"iamOnly":true,"teamHeader":"plain","latency":1,"oldTokenLives":"forever","newTokenAfter":7,"iamError":"mfa"}""",
            (await client.PostAsync("/emulator/settings")).Body);
        Assert.Equal(401, (await client.SendAsync(HttpMethod.Put, "/api/v1/tokens/reset", null)).Status);
        var key = await File.ReadAllTextAsync(_directory["key"], TestContext.Current.CancellationToken);
        Assert.Equal(405, (await client.GetAsync("/api/users/me")).Status);
        Assert.Contains("\"tokenPer\":\"identity\"", (await client.GetAsync("/emulator/identities")).Body, StringComparison.Ordinal);
        Assert.Equal("BXNIM0400E", (await client.ExchangeAsync(key)).Json.GetProperty("errorCode").GetString());
        await client.PostAsync("/emulator/settings?iamError=none");
        Assert.Equal(60, (await client.ExchangeAsync(key)).Json.GetProperty("expires_in").GetInt32());
    }

    [Fact]
    public async Task Verbose_writes_one_line_per_request_to_standard_error_without_a_secret()
    {
        SkipWithoutSignals();
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root, "--verbose", "--api-key-file", "key");
        using var client = new Client(emulator.BaseUrl);
        var key = await File.ReadAllTextAsync(_directory["key"], TestContext.Current.CancellationToken);
        var iamToken = (await client.ExchangeAsync(key)).Json.GetProperty("access_token").GetString()!;
        var instance = ("IBMInstanceID", emulator.Announced["SECTOKEN_INSTANCE"]);
        var answer = await client.GetAsync("/api/token", Client.Bearer(iamToken), instance);
        var token = answer.Json.GetProperty("token").GetProperty("key").GetString()!;
        await client.GetAsync($"/api/{token}%0A{iamToken}", Client.Bearer(token), ("User-Agent", key));

        var (exitCode, output, error) = await emulator.SignalAsync("TERM");

        Assert.Equal((0, ""), (exitCode, output));
        var lines = error.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains("POST /identity/token 200 auth=none", lines[0], StringComparison.Ordinal);
        Assert.Contains("GET /api/token 200 auth=iam", lines[1], StringComparison.Ordinal);
        Assert.Contains("GET /api/[secret]?[secret] 404 auth=token", lines[2], StringComparison.Ordinal);
        Assert.All([key, iamToken, token], secret => Assert.DoesNotContain(secret, error, StringComparison.Ordinal));
    }

    private static void AssertMode(UnixFileMode expected, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(expected, File.GetUnixFileMode(path));
        }
    }

    private static void SkipWithoutSignals() => Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals on Windows.");
}
