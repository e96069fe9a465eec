using System.Text;
using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>
/// Every property in every place where a project may set it: a project of the SDK for each pair, all of them built at once. A place that
/// does not count shows in what is written or said.
/// </summary>
public sealed class SettingPlacesFixture(PackageFixture package) : IAsyncLifetime
{
    public const string Key = "SECTOK_PLACES_KEY";
    public const string WrongKey = "SECTOK_PLACES_WRONG_KEY";

    /// <summary>Where; the last is a target of the project that runs before ours.</summary>
    public static readonly string[] Places = ["project", "props", "targets", "command", "explicit", "target"];

    public Site Site { get; private set; } = null!;

    public string Output { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        Site = await Site.StartAsync(package, "places");
        Site.With(Key, Site.Emulator.ApiKey).With(WrongKey, "wrong-key-0000000000000000000000000000000000").With("SECTOKEN_API_KEY", string.Empty)
            .With("IBMCLOUD_CR_TOKEN", Site.Emulator.ComputeResourceToken);
        var all = new StringBuilder("<Project>\n  <ItemGroup>\n");
        foreach (SettingRow row in SettingRow.All)
        {
            foreach (string place in Places.Where(row.CanStandIn))
            {
                string project = await WriteAsync(row, place);
                string given = place == "command" ? $"AdditionalProperties=\"{row.Property}={row.Value(this)}\"" : string.Empty;
                all.AppendLine($"    <Row Include=\"{project}\" Goal=\"{row.Target}\" {given} />");
            }
        }

        string file = Site.Write("all.proj", all.Append("""
              </ItemGroup>
              <Target Name="Build"><MSBuild Projects="@(Row)" Targets="%(Row.Goal)" ContinueOnError="true" /></Target>
            </Project>
            """).ToString());
        Output = (await Site.MSBuildAsync(file, "-v:m", "-m:1")).Output;
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    /// <summary>Without the name of the property, which a message may have to say.</summary>
    public static string NameOf(SettingRow row, string place) => $"row{SettingRow.All.ToList().IndexOf(row)}-{place}";

    /// <summary>What was said of one project.</summary>
    public string Said(string name) => string.Join('\n', Output.Split('\n').Where(line =>
        line.Contains($"/{name}.csproj", StringComparison.Ordinal) || line.TrimStart().StartsWith(name + ":", StringComparison.Ordinal)));

    private async Task<string> WriteAsync(SettingRow row, string place)
    {
        string name = NameOf(row, place);
        string setting = $"<PropertyGroup><{row.Property}>{row.Value(this)}</{row.Property}></PropertyGroup>";
        var settings = new Dictionary<string, string>
        {
            ["SecureTokenEndpoint"] = Site.Endpoint,
            ["SecureTokenIamEndpoint"] = Site.Endpoint,
            ["SecureTokenInstance"] = Site.Emulator.InstanceId,
            ["SecureTokenTeam"] = "42",
            ["SecureTokenTimeout"] = "120",
            ["SecureTokenApiKeyVariable"] = row.KeyIsWrong ? WrongKey : Key,
            ["UserSecretsId"] = name,
        };
        if (row.IsOfComputeResource)
        {
            settings.Remove("SecureTokenApiKeyVariable");
            settings["SecureTokenCredential"] = "compute-resource";
        }

        settings.Remove(row.Property);
        string common = $"<PropertyGroup>{string.Concat(settings.Select(pair => $"<{pair.Key}>{pair.Value}</{pair.Key}>"))}</PropertyGroup>{row.Body}";
        string text = Project.Sdk(string.Empty, common + place switch
        {
            "project" => setting,
            "target" => $"""<Target Name="Early" BeforeTargets="{row.Target}">{setting}</Target>""",
            _ => string.Empty,
        });
        if (place == "explicit")
        {
            text = text.Replace("<Project Sdk=\"Microsoft.NET.Sdk\">", "<Project><Import Project=\"Sdk.props\" Sdk=\"Microsoft.NET.Sdk\" />", StringComparison.Ordinal)
                .Replace(Project.Foot, $"<Import Project=\"Sdk.targets\" Sdk=\"Microsoft.NET.Sdk\" />{setting}</Project>", StringComparison.Ordinal);
        }

        string path = Site.Write(Path.Combine(name, name + ".csproj"), text);
        if (place is "props" or "targets")
        {
            Site.Write(Path.Combine(name, "Directory.Build." + place), $"<Project>{setting}</Project>");
        }

        await package.RestoreAsync("single", $"{Project.Head("net10.0")}{Project.Foot}", path);
        return path;
    }
}

/// <summary>A property, a value for it, and what shows that the value counted.</summary>
/// <param name="Property">The property.</param>
/// <param name="Value">The value.</param>
/// <param name="Shows">What must be so in the directory of the project, given what was said.</param>
public sealed record SettingRow(string Property, Func<SettingPlacesFixture, string> Value, Func<SettingPlacesFixture, string, string, bool> Shows)
{
    private const string Link = """
        <Target Name="Link" AfterTargets="ComputeResolvedFilesToPublishList"><ItemGroup>
          <ResolvedFileToPublish Include="$(HOME)/.microsoft/usersecrets/$(UserSecretsId)/secrets.json" RelativePath="secrets.json" />
        </ItemGroup></Target>
        """;

    public string Target { get; init; } = "BeforeBuild";

    public string Body { get; init; } = string.Empty;

    public bool KeyIsWrong { get; init; }

    public bool IsOfComputeResource { get; init; }

    /// <summary>The assembly is bound when a project is evaluated.</summary>
    public bool CanStandIn(string place) => place != "target" || Property != "SecureTokenTaskAssembly";

    public static readonly IReadOnlyList<SettingRow> All =
    [
        new("SecureTokenEnabled", _ => "false", IsSilent),
        new("SecureTokenUserSecrets", _ => "false", (site, name, said) => !IsWritten(site, name) && said.Contains("warning SECTOK001", StringComparison.Ordinal)),
        new("UserSecretsId", _ => "places-of-an-id", (site, _, said) => IsWritten(site, "places-of-an-id") && !said.Contains("SECTOK", StringComparison.Ordinal)),
        new("ContinuousIntegrationBuild", _ => "true", Says("error SECTOK204")) { KeyIsWrong = true },
        new("SecureTokenRegion", _ => "no region", Says("SecureTokenRegion")),
        new("SecureTokenEndpoint", site => site.Site.Endpoint, Writes),
        new("SecureTokenInstance", site => site.Site.Emulator.InstanceId, Writes),
        new("SecureTokenTeam", _ => "43", (site, name, _) => Holds(site.Site.SecretsOf(name), site.Site.Emulator.TokenOf(43))),
        new("SecureTokenIamEndpoint", site => site.Site.Endpoint, Writes),
        new("SecureTokenResourceController", _ => "http://foreign.example", Says("http://foreign.example does not use https")),
        new("SecureTokenPrivate", _ => "maybe", Says("SecureTokenPrivate")),
        new("SecureTokenVerify", _ => "never", Says("SecureTokenVerify")),
        new("SecureTokenCaBundle", _ => "missing.pem", Says("missing.pem")),
        new("SecureTokenCredential", _ => "nonsense", Says("SecureTokenCredential")),
        new("SecureTokenIamProfile", site => site.Site.Emulator.ProfileId, (_, _, said) => said.Contains("written to", StringComparison.Ordinal)) { IsOfComputeResource = true },
        new("SecureTokenApiKeyVariable", _ => SettingPlacesFixture.WrongKey, Says("warning SECTOK204")),
        new("SecureTokenIamTokenVariable", _ => "SECTOK_PLACES_NOT_SET", Says("warning SECTOK")),
        new("SecureTokenKey", _ => "Other:Key", (site, name, _) => Holds(site.Site.SecretsOf(name), "\"Other:Key\"")),
        new("SecureTokenName", _ => "MY_NAME;MY_OTHER", (site, name, _) => Holds(Path.Combine(site.Site.Work, name, "x.env"), "MY_OTHER=" + site.Site.Token))
        {
            Body = """<ItemGroup><SecureTokenDestination Include="x.env" Kind="dotenv" /></ItemGroup>""",
        },
        new("SecureTokenRefreshAfter", _ => "03:00:00", (site, name, _) =>
            File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(Path.Combine(site.Site.Work, name, "obj", "SecureToken")))) < DateTime.UtcNow.AddHours(4)),
        new("SecureTokenStrictIdentity", _ => "maybe", Says("SecureTokenStrictIdentity")),
        new("SecureTokenOnFailure", _ => "Error", Says("error SECTOK204")) { KeyIsWrong = true },
        new("SecureTokenInCI", _ => "Maybe", Says("SecureTokenInCI")),
        new("SecureTokenTimeout", _ => "0", Says("SecureTokenTimeout")),
        new("SecureTokenInjectDependsOn", _ => "Mine", (site, name, _) => Holds(Path.Combine(site.Site.Work, name, "mine.env"), site.Site.Token))
        {
            Body = """<Target Name="Mine"><ItemGroup><SecureTokenDestination Include="mine.env" Kind="dotenv" /></ItemGroup></Target>""",
        },
        new("SecureTokenTaskAssembly", site => Path.Combine(site.Site.Work, "nowhere.dll"), Says("error MSB4062")),

        // The guard, by a property of each kind: what says where the user-secrets are, and what leaves them alone.
        new("UserSecretsId", _ => "places-of-a-guard", Says("error SECTOK003")) { Target = "ComputeResolvedFilesToPublishList", Body = Link },
        new("SecureTokenUserSecrets", _ => "false", (_, _, said) => !said.Contains("SECTOK003", StringComparison.Ordinal)) { Target = "ComputeResolvedFilesToPublishList", Body = Link },
    ];

    private static Func<SettingPlacesFixture, string, string, bool> Says(string text) => (_, _, said) => said.Contains(text, StringComparison.Ordinal);

    private static bool Writes(SettingPlacesFixture site, string name, string said) => IsWritten(site, name) && !said.Contains("SECTOK", StringComparison.Ordinal);

    private static bool IsSilent(SettingPlacesFixture site, string name, string said) => !IsWritten(site, name) && said.Length == 0;

    private static bool IsWritten(SettingPlacesFixture site, string id) => Holds(site.Site.SecretsOf(id), site.Site.Token);

    private static bool Holds(string file, string text) => File.Exists(file) && File.ReadAllText(file).Contains(text, StringComparison.Ordinal);
}

/// <summary>Whatever may be set in a project may be set in any place that MSBuild has for it.</summary>
public sealed class SettingPlacesTests(SettingPlacesFixture fixture) : IClassFixture<SettingPlacesFixture>
{
    public static TheoryData<string, string, string> Cells => [.. SettingRow.All.SelectMany(row =>
        SettingPlacesFixture.Places.Where(row.CanStandIn).Select(place => (row.Property, place, row.Target)))];

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_setting_counts_wherever_it_is_made(string property, string place, string target)
    {
        SettingRow row = SettingRow.All.Single(row => row.Property == property && row.Target == target);
        string name = SettingPlacesFixture.NameOf(row, place);
        string said = fixture.Said(name);
        Assert.True(row.Shows(fixture, name, said), $"{property} in {place} did not count. The project said:\n{said}");
    }

    [Fact]
    public void Every_property_on_the_page_has_a_row()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "msbuild.md"));
        IEnumerable<string> listed = System.Text.RegularExpressions.Regex.Matches(page, @"^\| `(SecureToken\w+)` \|", System.Text.RegularExpressions.RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        Assert.Equal(listed.Order(StringComparer.Ordinal), SettingRow.All.Select(row => row.Property).Where(name => name.StartsWith("SecureToken", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
    }
}
