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
    private static readonly XElement Targets = XDocument.Load(Path.Combine(Repository.Root, "src", "SecureToken.Build", "build", "SecureToken.Build.targets")).Root!;

    private static XElement Inject => Targets.Elements("Target").Single(target => target.Attribute("Name")!.Value == "SecureTokenInject");

    private static string Hashed => HashPattern().Match(Inject.Attribute("Condition")!.Value).Groups[1].Value;

    private static string Written => Inject.Elements("PropertyGroup").Elements("_SecureTokenStamp").Single().Value;

    private static string[] Settings => [.. Targets.Elements("Target").Elements("ItemGroup").Elements("_SecureTokenSetting").Select(item => item.Attribute("Include")!.Value)];

    /// <summary>The values of one list are the name; so one list is enough for the task and the stamp, and the condition alone repeats it.</summary>
    [Fact]
    public void The_name_that_is_looked_for_is_made_as_the_name_that_is_written()
    {
        string values = Assert.Single(Inject.Elements("PropertyGroup").Elements("_SecureTokenSettings")).Value;
        Assert.Equal("@(_SecureTokenSetting->'%(Value)', '|')", values);
        string written = HashPattern().Match(Written).Groups[1].Value;
        Assert.Equal(written.Replace("$(_SecureTokenSettings)", string.Join('|', Settings.Select(name => $"$({name})")), StringComparison.Ordinal), Hashed);
        Assert.StartsWith("$(_SecureTokenStampPrefix)$([MSBuild]::StableStringHash('", Written, StringComparison.Ordinal);
        Assert.Contains("GetLastWriteTime('$(_SecureTokenStampPrefix)$([MSBuild]::StableStringHash('", Inject.Attribute("Condition")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_and_a_publication_hand_the_task_the_same_list_and_no_setting_beside_it()
    {
        XElement[] calls = [.. Targets.Elements("Target").Elements("InjectSecureToken")];
        Assert.Equal(2, calls.Length);
        Assert.All(calls, call => Assert.Equal("@(_SecureTokenSetting)", call.Attribute("Settings")!.Value));
        Assert.All(calls, call => Assert.DoesNotContain(call.Attributes(), attribute => PropertyPattern().IsMatch(attribute.Value)));
        string[] common = ["IsContinuousIntegration", "Project", "ProjectFiles", "Settings"];
        Assert.All(common, name => Assert.Single(calls.Select(call => call.Attribute(name)!.Value).Distinct()));
        Assert.All(Targets.Elements("Target").Elements("ItemGroup").Elements("_SecureTokenSetting"), item => Assert.Equal($"$({item.Attribute("Include")!.Value})", item.Attribute("Value")!.Value));
    }

    [Fact]
    public void Every_setting_that_the_task_reads_is_on_the_list_and_no_other()
    {
        string source = File.ReadAllText(Path.Combine(Repository.Root, "src", "SecureToken.Build", "TaskSettings.cs"));
        IEnumerable<string> read = ReadPattern().Matches(source).Select(match => match.Groups[1].Value).Concat(SettingNames.Select(setting => setting.Property)).Distinct();
        Assert.Equal(read.Order(StringComparer.Ordinal), Settings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_variable_that_names_a_token_is_in_the_name_of_the_stamp()
    {
        string environment = Targets.Elements("PropertyGroup").Elements("_SecureTokenEnvironment").Single().Value;
        Assert.Contains("$(_SecureTokenEnvironment)", Hashed, StringComparison.Ordinal);
        string[] names = [.. SettingNames.Where(setting => setting != SettingName.CaBundle).SelectMany(setting => setting.Variables)];
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"$({name})", environment, StringComparison.Ordinal));
    }

    private static IEnumerable<SettingName> SettingNames =>
        typeof(SettingName).GetFields(BindingFlags.Public | BindingFlags.Static).Select(member => member.GetValue(null)).OfType<SettingName>();

    [GeneratedRegex(@"StableStringHash\('(.*\.Ticks\))'\)\)")]
    private static partial Regex HashPattern();

    [GeneratedRegex(@"\$\(SecureToken\w+\)")]
    private static partial Regex PropertyPattern();

    [GeneratedRegex(@"Get\(""(SecureToken\w+)""\)")]
    private static partial Regex ReadPattern();
}
