using System.Text;
using SecureToken.Core.Destinations.Commands;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Settings;

public sealed class SettingsFileTests
{
    private const string Whole = """
        {
          "$schema": "x", "region": "eu-de", "instance": "crn", // why
          "tokens": [
            { "team": 42, "destinations": [ { "kind": "dotenv", "path": "a.env", "name": ["A", "B"] }, ] },
            { "team": "payments", "endpoint": "https://x.example", "destinations": [
              { "kind": "command", "preset": "gh", "with": { "secret": "S" }, "timeoutSeconds": 5 },
              { "kind": "azure-pipelines", "name": "X", "output": true } ] },
          ],
          "reset": { "method": "POST", "path": "/api/x" },
        }
        """;

    [Fact]
    public void A_file_is_read_with_the_places_where_everything_stands()
    {
        SettingsFile file = Parse(Whole).Value;
        Assert.Equal("eu-de", file.Layer.Region!.Text);
        Assert.True(file.Layer.Region.Source.IsCommitted);
        Assert.Equal("\"region\" in /repo/sectoken.json", file.Layer.Region.Source.Name);
        Assert.Equal(["42", "payments"], file.Tokens.Select(token => token.Layer.Team!.Text));
        Assert.Equal("https://x.example", file.Tokens[1].Layer.Endpoint!.Text);
        DestinationEntry dotenv = Assert.Single(file.Tokens[0].Destinations);
        Assert.Equal(("dotenv", "a.env", "sectoken.json(4,37)"), (dotenv.Kind, dotenv.Text("path"), dotenv.DeclaredAt));
        Assert.Equal(["A", "B"], dotenv.Texts("name"));
        DestinationEntry command = file.Tokens[1].Destinations[0];
        Assert.Equal("S", command.Map("with")["secret"]);
        Assert.Equal("5", command.Text("timeoutSeconds"));
        Assert.True(file.Tokens[1].Destinations[1].Flag("output"));
        Assert.Equal(new ResetEntry("POST", "/api/x", "sectoken.json(9,12)"), file.Reset);
    }

    [Theory]
    [InlineData("", 1, 1, "the file is empty")]
    [InlineData("{", 1, 2, "this is not well-formed JSON")]
    [InlineData("{\"instance\":\"x\"\n \"tokens\":[]}", 2, 2, "a comma or a colon is missing before this")]
    [InlineData("{\"tokens\":[{} {}]}", 1, 15, "a comma is missing before this")]
    [InlineData("{\"tokens\" []}", 1, 11, "a comma or a colon is missing before this")]
    [InlineData("[]", 1, 1, "an object is expected (Where a repository's Secure API tokens go. There is no secret in it)")]
    [InlineData("{}", 1, 1, "\"tokens\" is missing here")]
    [InlineData("{\n  \"tokns\": []\n}", 2, 3, "\"tokns\" is unknown here; perhaps \"tokens\" is meant")]
    [InlineData("{\"tokens\":{}}", 1, 11, "\"tokens\" is a list of objects")]
    [InlineData("{\"tokens\":[],\"tokens\":[]}", 1, 14, "\"tokens\" appears here a second time")]
    [InlineData("{\"tokens\":[1]}", 1, 12, "an object is expected (One team's token and where it goes)")]
    [InlineData("{\"region\":7,\"tokens\":[]}", 1, 11, "\"region\" is a text in quotes")]
    [InlineData("{\"tokens\":[{\"team\":1.5,\"destinations\":[]}]}", 1, 20, "\"team\" is a text in quotes or a whole number")]
    [InlineData("{\"tokens\":[{\"team\":null,\"destinations\":[]}]}", 1, 20, "\"team\" is a text in quotes or a whole number")]
    [InlineData("{\"tokens\":[{\"team\":1}]}", 1, 12, "\"destinations\" is missing here")]
    [InlineData("{\"tokens\":[{\"destinations\":[\"x\"]}]}", 1, 29, "an object with a \"kind\" is expected here")]
    [InlineData("{\"tokens\":[{\"destinations\":[{}]}]}", 1, 29, "\"kind\" is missing here")]
    [InlineData("{\"tokens\":[{\"destinations\":[{\"kind\":\"dotnev\"}]}]}", 1, 37, "\"kind\" is one of user-secrets, json, dotenv, kubernetes, kubernetes-api, github, azure-pipelines, gitlab, tekton, command; perhaps \"dotenv\" is meant")]
    [InlineData("{\"tokens\":[{\"destinations\":[{\"kind\":\"dotenv\"}]}]}", 1, 29, "\"path\" is missing here")]
    [InlineData("{\"tokens\":[{\"destinations\":[{\"kind\":\"dotenv\",\"path\":\"x\",\"key\":\"y\"}]}]}", 1, 57, "\"key\" is unknown here")]
    [InlineData("{\"tokens\":[{\"destinations\":[{\"kind\":\"dotenv\",\"path\":\"x\",\"name\":[]}]}]}", 1, 64, "\"name\" is a text in quotes or a list of such texts")]
    [InlineData("{\"tokens\":[{\"destinations\":[{\"kind\":\"user-secrets\"}]}]}", 1, 29, "one of \"project\" and \"id\" is needed here, and not both")]
    [InlineData("{\"tokens\":[{\"destinations\":[{\"kind\":\"command\",\"run\":[\"x\"],\"preset\":\"gh\"}]}]}", 1, 29, "one of \"run\" and \"preset\" is needed here, and not both")]
    [InlineData("{\"tokens\":[{\"destinations\":[{\"kind\":\"command\",\"preset\":\"kubctl\"}]}]}", 1, 56, "\"preset\" is one of gh, kubectl, vault, az-keyvault, ibmcloud-code-engine, ibmcloud-secrets-manager, docker-swarm; perhaps \"kubectl\" is meant")]
    [InlineData("{\"tokens\":[],\"reset\":{\"method\":\"FETCH\",\"path\":\"/\"}}", 1, 32, "\"method\" is one of POST, PUT, PATCH, DELETE; perhaps \"PATCH\" is meant")]
    [InlineData("{\"tokens\":[],\"apiKey\":\"hush-hush\"}", 1, 14, "\"apiKey\" is unknown here")]
    [InlineData("{\"tokens\":[]} x", 1, 15, "this is not well-formed JSON")]
    public void What_the_file_cannot_hold_is_told_with_line_column_and_reason(string content, int line, int column, string reason)
    {
        Failure failure = Parse(content).Failure!;
        Assert.Equal(DiagnosticDescriptors.SettingsFileInvalid, failure.Descriptor);
        Assert.Equal($"/repo/sectoken.json({line},{column}): {reason}.", failure.Message);
        Assert.DoesNotContain("hush", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'{', (byte)'x' }, "(1,2): this is not well-formed JSON")]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"' }, "(1,3): this is not UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'{', 0 }, "(1,1): this is not UTF-8")]
    public void Bytes_that_are_no_text_are_told(byte[] content, string expected) =>
        Assert.Contains(expected, SettingsFile.Parse("/repo/sectoken.json", content).Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_ends_in_a_fault_and_not_in_a_crash()
    {
        string deep = new string('[', 100_000);
        Assert.Equal(DiagnosticDescriptors.SettingsFileInvalid, Parse("{\"tokens\":" + deep).Failure!.Descriptor);
        Assert.Equal(DiagnosticDescriptors.SettingsFileInvalid, Parse("{\"x\":\"\\ud800\",\"tokens\":[]}").Failure!.Descriptor);
    }

    [Fact]
    public void A_path_that_no_file_system_has_is_no_project()
    {
        const string Content = "{\"tokens\":[{\"destinations\":[{\"kind\":\"user-secrets\",\"project\":\"src/\\u0000App.csproj\"}]}]}";
        Assert.Null(Parse(Content).Value.EntryFor("/repo/src/App.csproj", null));
    }

    [Fact]
    public void Random_damage_never_crashes_the_reader()
    {
        var random = new Random(20261125);
        byte[] whole = Encoding.UTF8.GetBytes(Whole);
        int read = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] damaged = [.. whole];
            for (int hits = random.Next(1, 4); hits > 0; hits--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            Result<SettingsFile> result = SettingsFile.Parse("/repo/sectoken.json", damaged);
            read += result.Failure is null ? 1 : 0;
            Assert.True(result.Failure is null || result.Failure.Descriptor == DiagnosticDescriptors.SettingsFileInvalid);
        }

        Assert.InRange(read, 1, 4_999);
    }

    [Fact]
    public void The_presets_of_the_file_are_those_that_there_are()
    {
        Failure failure = Parse("{\"tokens\":[{\"destinations\":[{\"kind\":\"command\",\"preset\":\"\"}]}]}").Failure!;
        Assert.Contains($"\"preset\" is one of {string.Join(", ", CommandPresets.All.Select(preset => preset.Name))}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_in_the_documentation_is_the_one_of_the_shapes()
    {
        string path = Path.Combine(Repository.Root, "docs", "sectoken.schema.json");
        string generated = SettingsFileSchema.Generate();
        if (Environment.GetEnvironmentVariable("SECTOKEN_UPDATE_SCHEMA") == "1")
        {
            System.IO.File.WriteAllText(path, generated);
        }

        Assert.Equal(generated, System.IO.File.ReadAllText(path));
    }

    [Fact]
    public void The_example_in_the_documentation_is_a_settings_file_and_every_kind_and_preset_is_told()
    {
        string page = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "docs", "sectoken.md"));
        string example = page.Split("```jsonc\n")[1].Split("```")[0];
        Assert.Equal([5, 1], Parse(example).Value.Tokens.Select(token => token.Destinations.Count));
        foreach (string name in Shapes.Destinations.Select(kind => kind.Name).Concat(CommandPresets.All.Select(preset => preset.Name)))
        {
            Assert.Contains($"\n| `{name}` | ", page, StringComparison.Ordinal);
        }
    }

    private static Result<SettingsFile> Parse(string content) => SettingsFile.Parse("/repo/sectoken.json", Encoding.UTF8.GetBytes(content));
}
