using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SecureToken.Core.Settings;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>Whatever decides which token goes where is part of the stamp's name: what is not would stay unnoticed when it changes.</summary>
public sealed partial class StampTests
{
    /// <summary>These change how the service is asked and how loud a failure is, not which token it is or where it goes.</summary>
    private static readonly string[] Harmless = ["SecureTokenCaBundle", "SecureTokenOnFailure", "SecureTokenTimeout"];

    private static readonly XElement Targets = XDocument.Load(Path.Combine(Repository.Root, "src", "SecureToken.Build", "build", "SecureToken.Build.targets")).Root!;

    private static XElement Inject => Targets.Elements("Target").Single(target => target.Attribute("Name")!.Value == "SecureTokenInject");

    private static string Hashed => HashPattern().Match(Inject.Attribute("Condition")!.Value).Groups[1].Value;

    [Fact]
    public void Every_setting_of_the_task_is_in_the_name_of_the_stamp()
    {
        string[] given = [.. Inject.Element("InjectSecureToken")!.Attributes().SelectMany(attribute => PropertyPattern().Matches(attribute.Value)).Select(match => match.Groups[1].Value).Except(Harmless)];
        Assert.NotEmpty(given);
        Assert.All(given, name => Assert.Contains($"$({name})", Hashed, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_variable_that_names_a_token_is_in_the_name_of_the_stamp()
    {
        string environment = Targets.Elements("PropertyGroup").Elements("_SecureTokenEnvironment").Single().Value;
        Assert.Contains("$(_SecureTokenEnvironment)", Hashed, StringComparison.Ordinal);
        IEnumerable<SettingName> settings = typeof(SettingName).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<SettingName>();
        string[] names = [.. settings.Where(setting => !Harmless.Contains(setting.Property)).SelectMany(setting => setting.Variables)];
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"$({name})", environment, StringComparison.Ordinal));
    }

    [Fact]
    public void The_name_that_is_looked_for_is_made_as_the_name_that_is_written()
    {
        string written = Inject.Elements("PropertyGroup").Elements("_SecureTokenStamp").Single().Value;
        Assert.Equal(HashPattern().Match(written).Groups[1].Value, Hashed);
        Assert.StartsWith("$(_SecureTokenStampPrefix)$([MSBuild]::StableStringHash('", written, StringComparison.Ordinal);
        Assert.Contains("GetLastWriteTime('$(_SecureTokenStampPrefix)$([MSBuild]::StableStringHash('", Inject.Attribute("Condition")!.Value, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"StableStringHash\('(.*)\|\$\(\[System\.IO\.File\]::GetLastWriteTime\('\$\(_SecureTokenSecretsProbe\)'\)\.Ticks\)'\)\)")]
    private static partial Regex HashPattern();

    [GeneratedRegex(@"\$\((SecureToken\w+)\)")]
    private static partial Regex PropertyPattern();
}
