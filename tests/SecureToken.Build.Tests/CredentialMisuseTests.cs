using System.Text;
using System.Text.RegularExpressions;
using SecureToken.Build.Tests.Support;
using SecureToken.Core.Model;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>A credential that gets into MSBuild's data is told, whichever variable it is in and however it is used; and we add no copy.</summary>
public sealed class CredentialMisuseTests(PackageFixture package) : PackageTest(package)
{
    private const string Canary = "canary-of-the-whole-environment-5d2f";
    private static readonly string[] Variables = [.. CredentialVariables.All, .. CredentialVariables.TeamToken];

    /// <summary>Each as MSBuild reads it: the name stands where NAME is.</summary>
    public static TheoryData<string> Uses =>
    [
        "$(NAME)",
        "$(NAME.Length)",
        "$(NAME[0])",
        "x$(NAME.Substring(0, 1))x",
        "$([System.Environment]::GetEnvironmentVariable('NAME'))",
        "$([System.Environment]::GetEnvironmentVariable(&quot;NAME&quot;))",
        "$([System.Environment]::GetEnvironmentVariable(`NAME`))",
        "$([System.Environment]::GetEnvironmentVariable(NAME))",
        "$([System.Environment]::GetEnvironmentVariable( 'NAME' ))",
        "$([System.Environment]::ExpandEnvironmentVariables('%NAME%'))",
    ];

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task Every_variable_of_a_credential_is_told_in_every_use(string use)
    {
        // Each variable has a value; that of the key alone is a good one, and nothing else is asked for.
        foreach (string name in Variables.Where(name => name != "SECTOKEN_API_KEY"))
        {
            Site.Command.With(name, "0");
        }

        Site.Command.With("SECTOKEN_API_KEY", Site.Emulator.ApiKey);
        string body = string.Concat(Variables.Select((name, i) => $"<PropertyGroup><Use{i}>{use.Replace("NAME", name, StringComparison.Ordinal)}</Use{i}></PropertyGroup>"));
        string output = (await Site.MSBuildAsync(Site.BareProject(body: body), "-p:SecureTokenCredential=ApiKey")).All;
        string[] told = [.. Regex.Matches(output, @"warning SECTOK004: The credential (\S+) is in").Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(Variables.Except(told).ToArray() is [], $"Not told: {string.Join(", ", Variables.Except(told))}\n{output}");
    }

    [Fact]
    public async Task Every_variable_of_a_credential_is_told_when_it_is_given_as_a_property()
    {
        string output = (await Site.MSBuildAsync(Site.BareProject(), [.. Variables.Select(name => $"-p:{name.ToLowerInvariant()}=0")])).All;
        string[] told = [.. Regex.Matches(output, @"warning SECTOK004: The credential (\S+) is in").Select(match => match.Groups[1].Value).Distinct()];
        Assert.True(Variables.Except(told).ToArray() is [], $"Not told: {string.Join(", ", Variables.Except(told))}\n{output}");
    }

    /// <summary>The value switches it on, whatever it says; and then we say so, and add nothing.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("no")]
    [InlineData(" ")]
    [InlineData("")]
    public async Task A_log_of_the_whole_environment_is_told_whatever_switches_it_on_and_we_add_no_copy(string value)
    {
        Site.Command.With("MSBUILDLOGALLENVIRONMENTVARIABLES", value).With("CANARY", Canary);
        (await Site.MSBuildAsync(Site.BareProject(), "-p:SecureTokenEnabled=false")).Exits(0);
        byte[] without = BinaryLog.Unpack(Site.LastLog);
        string output = (await Site.MSBuildAsync(Site.BareProject())).Exits(0).All;
        byte[] with = BinaryLog.Unpack(Site.LastLog);
        Assert.True(Site.HasToken(Site.SecretsOf("bare")));
        bool isLogged = Copies(without, Canary) > 0;
        Assert.Equal(value.Length > 0, isLogged);
        Assert.Equal(isLogged, output.Contains("warning SECTOK005", StringComparison.Ordinal));
        Assert.Equal(Copies(without, Site.Emulator.ApiKey), Copies(with, Site.Emulator.ApiKey));
        Assert.Equal(0, Copies(with, Site.Token));
    }

    private static int Copies(byte[] log, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int count = 0;
        for (ReadOnlySpan<byte> rest = log; rest.IndexOf(bytes) is >= 0 and int at; rest = rest[(at + bytes.Length)..])
        {
            count++;
        }

        return count;
    }
}
