using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>Options that end the program at once.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("unknown option --prot; did you mean --port?", "--prot", "1")]
    [InlineData("unknown option --api-key; did you mean --api-key-file?", "--api-key", "secret-value")]
    [InlineData("unknown option --api-key; did you mean --api-key-file?", "--api-key=secret-value")]
    [InlineData("unknown option --iamonly; did you mean --iam-only?", "--iamonly")]
    [InlineData("unknown option --quite-another-thing; see --help", "--quite-another-thing")]
    [InlineData("argument 2 belongs to no option; see --help", "--verbose", "secret-value")]
    [InlineData("--port needs a value", "--port")]
    [InlineData("--port needs a value", "--port=")]
    [InlineData("--team needs a value", "--team", "--verbose")]
    [InlineData("--port takes a whole number from 0 to 65535", "--port", "65536")]
    [InlineData("--latency takes a whole number from 0 to 86400000", "--latency", "1s")]
    [InlineData("--iam-token-lifetime takes a whole number from 1 to 3600", "--iam-token-lifetime", "3601")]
    [InlineData("--port was given twice", "--port", "0", "--port", "0")]
    [InlineData("--iam-only takes no value", "--iam-only=yes")]
    [InlineData("--team takes NAME=ID, with an integer id", "--team", "payments")]
    [InlineData("--team takes NAME=ID, with an integer id", "--team", "payments=x")]
    [InlineData("Two teams have the same id.", "--team", "a=1", "--team", "b=1")]
    [InlineData("A team id is a positive integer.", "--team", "a=0")]
    [InlineData("--instance takes a GUID with hyphens", "--instance", "main")]
    [InlineData("--team-header takes one of both, sysdig, plain, none; did you mean sysdig?", "--team-header", "sysdg")]
    [InlineData("--reset-route takes a method and a path, such as \"POST /api/token/reset\": POST, PUT, PATCH or DELETE, and a plain path below /api/", "--reset-route", "/api/token/reset")]
    [InlineData("--reset-route takes a method and a path, such as \"POST /api/token/reset\": POST, PUT, PATCH or DELETE, and a plain path below /api/", "--reset-route", "GET /api/token/reset")]
    [InlineData("--old-token-lives takes a whole number from 0 to 86400000, or forever", "--old-token-lives", "ever")]
    [InlineData("--new-token-after takes a whole number from 0 to 86400000", "--new-token-after", "forever")]
    [InlineData("--ready-file and --api-key-file name the same file", "--ready-file", "x", "--api-key-file", "./x")]
    [InlineData("--ca-file and --compute-token name the same file", "--ca-file", "x", "--compute-token", "./x")]
    [InlineData("--instance-name takes NAME=GUID", "--instance-name", "main")]
    [InlineData("--identity takes NAME=KEYFILE, NAME=KEYFILE:service-id or NAME:trusted-profile", "--identity", "alice")]
    [InlineData("--identity takes NAME=KEYFILE, NAME=KEYFILE:service-id or NAME:trusted-profile", "--identity", "=alice.key")]
    [InlineData("--identity takes NAME=KEYFILE, NAME=KEYFILE:service-id or NAME:trusted-profile", "--identity", "p=file:trusted-profile")]
    [InlineData("--identity and --identity name the same file", "--identity", "a=x", "--identity", "b=./x:service-id")]
    [InlineData("--api-key-file is for the user who is there without --identity; give the file as --identity NAME=FILE", "--identity", "a=x", "--api-key-file", "y")]
    [InlineData("--token-per takes one of identity, team; did you mean identity?", "--token-per", "identiy")]
    [InlineData("--iam-error takes one of account-locked, mfa, BXNIM0109E, BXNIM0141E, BXNIM0407E, BXNIM0408E, BXNIM0410E, BXNIM0415E, BXNIM0436E, BXNIM0439E, BXNIM0462E, BXNIM0513E, BXNIM0050E", "--iam-error", "locked out")]
    [InlineData("--answer takes PATH=ANSWER; an answer is a status from 400 to 599, such a status with -html, html, or no-team", "--answer", "/api/users/me=200")]
    [InlineData("--instance-name takes NAME=GUID", "--instance-name", "main=1")]
    public async Task A_bad_option_is_one_line_that_names_the_remedy_and_exit_10(string message, params string[] arguments)
    {
        var (exitCode, output, error) = await EmulatorProcess.RunAsync(_directory.Root, arguments);

        Assert.Equal((10, "", "emulator: " + message + Environment.NewLine), (exitCode, output, error));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Root));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_names_every_option_and_starts_nothing(string option)
    {
        var (exitCode, output, error) = await EmulatorProcess.RunAsync(_directory.Root, option);

        Assert.Equal((0, ""), (exitCode, error));
        string[] options =
        [
            "--port", "--team", "--api-key-file", "--instance", "--latency", "--iam-only", "--team-header",
            "--iam-token-lifetime", "--ready-file", "--verbose", "--help",
            "--reset-route", "--old-token-lives", "--new-token-after", "--instance-name", "--ca-file", "--compute-token",
            "--identity", "--token-per", "--iam-error", "--answer",
        ];
        Assert.All(options, name => Assert.Contains("  " + name + " ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_exit_1()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await EmulatorProcess.RunAsync(_directory.Root, $"--port={server.BaseUrl.Port}");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"127.0.0.1:{server.BaseUrl.Port}", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{my-key}")]
    [InlineData("two\nlines")]
    public async Task A_file_that_holds_no_api_key_is_named_as_such_and_not_shown(string content)
    {
        await File.WriteAllTextAsync(_directory["key"], content, TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await EmulatorProcess.RunAsync(_directory.Root, "--api-key-file", "key");

        Assert.Equal(10, exitCode);
        Assert.Equal("emulator: the API key file holds no API key (letters, digits, - and _ on one line)", error.TrimEnd());
    }

    [Theory]
    [InlineData("--api-key-file")]
    [InlineData("--ready-file")]
    public async Task A_file_in_a_directory_that_is_not_there_is_one_line_and_exit_17(string option)
    {
        var (exitCode, _, error) = await EmulatorProcess.RunAsync(_directory.Root, option, "missing/file");

        Assert.Equal(17, exitCode);
        Assert.StartsWith("emulator: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
