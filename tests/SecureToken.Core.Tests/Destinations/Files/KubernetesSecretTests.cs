using System.Text;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Core.Tests.Destinations.Jobs;
using SecureToken.Core.Text.Kubernetes;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>A key of a Secret in a manifest.</summary>
public sealed class KubernetesSecretTests : IDisposable
{
    private const string Other = "kind: Service\napiVersion: v1\nmetadata:\n  name: sysdig\n";

    private readonly Job _job = new();

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task A_manifest_is_made_for_its_owner_alone_read_back_updated_and_emptied_again()
    {
        Destination destination = Make("deploy/sysdig.yaml", "sysdig", "prod");
        Assert.Null(destination.Check());
        Assert.True(Job.Inject(destination).Value);
        string path = _job.At("deploy", "sysdig.yaml");
        string written = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig\n  namespace: prod\n  annotations:\n    sectoken.build/fingerprint.token: \"{CurrentToken.Fingerprint}\"\n"
            + $"type: Opaque\nstringData:\n  token: \"{CurrentToken.Value}\"\n",
            written);
        Assert.Equal("600", await Tests.Files.Command.Stat("%a", path));
        Assert.Equal(path, destination.GuardedPath);
        Assert.False(Job.Inject(destination).Value);
        AssertHolds(destination, CurrentToken.Value);

        Assert.True(Job.Inject(destination, "another-token-of-the-team").Value);
        AssertHolds(destination, "another-token-of-the-team");
        Assert.True(destination.IsOccupied().Value);
        Assert.True(destination.Remove(CancellationToken.None).Value);
        Assert.False(destination.Remove(CancellationToken.None).Value);
        Assert.False(destination.IsOccupied().Value);
        Assert.Null(destination.ReadToken().Value);
        Assert.DoesNotContain("another-token", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_keys_of_one_Secret_have_a_token_and_a_mark_each()
    {
        Destination one = Make("a.yaml", "sysdig", key: "payments");
        Destination two = Make("a.yaml", "sysdig", key: "billing", form: "data");
        foreach (int _ in (int[])[1, 2])
        {
            Job.Inject(one);
            Job.Inject(two, "another-token-of-the-team");
        }

        Assert.False(Job.Inject(one).Value);
        Assert.False(Job.Inject(two, "another-token-of-the-team").Value);
        AssertHolds(one, CurrentToken.Value);
        AssertHolds(two, "another-token-of-the-team");
        string text = File.ReadAllText(_job.At("a.yaml"));
        Assert.Contains($"fingerprint.payments: \"{CurrentToken.Fingerprint}\"\n    sectoken.build/fingerprint.billing: \"", text, StringComparison.Ordinal);
        Assert.Contains("data:\n  billing: " + Convert.ToBase64String("another-token-of-the-team"u8), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data")]
    [InlineData("stringData")]
    public void A_template_is_stored_and_the_token_read_out_of_it(string form)
    {
        Destination destination = _job.Builder("Bearer {token}").Kubernetes("a.yaml", "sysdig", form: form).Value;
        Assert.True(Job.Inject(destination).Value);
        AssertHolds(destination, CurrentToken.Value);
        string value = "Bearer " + CurrentToken.Value;
        Assert.Contains(form == "data" ? Convert.ToBase64String(Encoding.ASCII.GetBytes(value)) : $"\"{value}\"", File.ReadAllText(_job.At("a.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_edited_is_told_before_anything_is_requested_with_line_and_column()
    {
        _job.Write("a.yaml", Other + "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig\n  annotations: &a\n    x: y\n");
        Failure failure = Make("a.yaml", "sysdig").Check()!;
        Assert.Equal("SECTOK510", failure.Code);
        Assert.Contains("a.yaml(10,16): there is an anchor or tag at 'annotations'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sysdig", null, null, "sysdig:token")]
    [InlineData("sysdig", "prod", "a.b_c-D", "prod/sysdig:a.b_c-D")]
    [InlineData("my.sysdig", "0", ".dockerconfigjson", "0/my.sysdig:.dockerconfigjson")]
    public void What_the_ledger_remembers_is_the_same_destination(string secret, string? space, string? key, string slot)
    {
        Destination destination = Make("a.yaml", secret, space, key);
        Assert.Equal(("kubernetes", slot), (destination.Kind, destination.Slot));
        Job.Inject(destination);
        var place = new LedgerPlace(destination.Kind, destination.Location, destination.Slot, CurrentToken.Fingerprint, DateTimeOffset.UnixEpoch);
        Destination remembered = DestinationBuilder.Remembered(place, name => name == "HOME" ? _job.Root : null).Value;
        Assert.Equal((destination.Kind, destination.Location, destination.Slot), (remembered.Kind, remembered.Location, remembered.Slot));
        AssertHolds(remembered, CurrentToken.Value);
        Assert.True(DestinationBuilder.IsOfFile(destination.Kind));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sysdig:")]
    [InlineData("/sysdig:token")]
    [InlineData("a/b/c")]
    [InlineData("sysdig:a:b")]
    [InlineData("sys\ndig:token")]
    public void A_forged_slot_is_refused(string slot)
    {
        var place = new LedgerPlace("kubernetes", _job.At("a.yaml"), slot, CurrentToken.Fingerprint, DateTimeOffset.UnixEpoch);
        Assert.Equal("SECTOK660", DestinationBuilder.Remembered(place, name => name == "HOME" ? _job.Root : null).Failure?.Code);
    }

    [Theory]
    [InlineData("sysdig", "prod", "token", true)]
    [InlineData("sysdig", null, null, true)]
    [InlineData("sysdig", "dev", "token", false)]
    [InlineData("sysdig", "prod", "other", false)]
    [InlineData("sysdig2", "prod", "token", false)]
    public void A_Secret_of_no_namespace_may_be_any(string secret, string? space, string? key, bool isSame)
    {
        Destination destination = Make("a.yaml", "sysdig", "prod");
        Assert.Equal(isSame, DestinationBuilder.IsSamePlace(destination, Make("./a.yaml", secret, space, key)));
        Assert.Equal(isSame, DestinationBuilder.IsSamePlace(Make("a.yaml", secret, space, key), destination));
        Assert.False(DestinationBuilder.IsSamePlace(destination, Make("b.yaml", secret, space, key)));
    }

    [Theory]
    [InlineData("sysdig")]
    [InlineData("1")]
    [InlineData("a-b.c-d.e")]
    public void Names_of_Secrets_are_labels_joined_by_dots(string name) => Assert.Equal(name, KubernetesName.ParseSecret(name).Value);

    [Theory]
    [InlineData("")]
    [InlineData("Sysdig")]
    [InlineData("sys_dig")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a..b")]
    [InlineData("a.-b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("é")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void Other_names_of_Secrets_are_refused(string name)
    {
        Failure failure = Make(name);
        Assert.Equal("SECTOK660", failure.Code);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal("SECTOK660", _job.Builder().Kubernetes("a.yaml", "sysdig", name).Failure?.Code);
    }

    [Fact]
    public void A_namespace_is_one_label_and_every_name_has_its_length()
    {
        Assert.NotNull(KubernetesName.ParseNamespace("a.b").Failure);
        Assert.Null(KubernetesName.ParseNamespace(new string('a', 63)).Failure);
        Assert.NotNull(KubernetesName.ParseNamespace(new string('a', 64)).Failure);
        Assert.Null(KubernetesName.ParseSecret(new string('a', 253)).Failure);
        Assert.NotNull(KubernetesName.ParseSecret(new string('a', 254)).Failure);
        Assert.Null(KubernetesName.ParseKey(new string('a', 253)).Failure);
        Assert.NotNull(KubernetesName.ParseKey(new string('a', 254)).Failure);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("..a", false)]
    [InlineData("Sysdig:SecureApiToken", false)]
    [InlineData("-._A9", true)]
    [InlineData(".a", true)]
    public void A_key_is_what_can_be_a_file(string key, bool isTaken) =>
        Assert.Equal(isTaken ? null : "SECTOK660", _job.Builder().Kubernetes("a.yaml", "sysdig", key: key).Failure?.Code);

    [Fact]
    public void A_form_is_one_of_two() => Assert.Equal("SECTOK108", _job.Builder().Kubernetes("a.yaml", "sysdig", form: "Data").Failure?.Code);

    [Theory]
    [InlineData("A", "B", "", null, "'A' is not a valid name of a Secret: it has other characters than lower-case letters, digits and '-'.")]
    [InlineData("a", "B", "", null, "'B' is not a valid namespace: it has other characters than lower-case letters, digits and '-'.")]
    [InlineData("a", "b", "", null, "'' is not a valid key of a Secret: it needs 1 to 253 characters.")]
    [InlineData("A", "B", "", "Data", "The form of a Kubernetes Secret cannot have the value 'Data': it must be data or stringData.")]
    public void Of_several_faults_the_first_is_told(string secret, string space, string key, string? form, string message) =>
        Assert.Equal(message, KubernetesSecret.SlotOf(secret, space, key, form).Failure?.Message);

    [Theory]
    [InlineData("sysdig", null, "sysdig", "token")]
    [InlineData("sysdig:key", null, "sysdig", "key")]
    [InlineData("prod/sysdig", "prod", "sysdig", "token")]
    [InlineData("prod/sysdig:key", "prod", "sysdig", "key")]
    public void A_slot_is_read_as_it_is_written(string text, string? space, string secret, string key)
    {
        ManifestKey slot = KubernetesSecret.ParseSlot(text).Value;
        Assert.Equal((space, secret, key), (slot.Namespace, slot.Secret, slot.Key));
    }

    [Theory]
    [InlineData(":key")]
    [InlineData("")]
    public void A_slot_without_the_name_of_a_Secret_is_refused_for_that(string text) =>
        Assert.Equal("'' is not a valid name of a Secret: it needs 1 to 253 characters.", KubernetesSecret.ParseSlot(text).Failure?.Message);

    [Fact]
    public void Nothing_stands_for_no_Secret()
    {
        Assert.Throws<ArgumentNullException>("secret", () => KubernetesSecret.SlotOf(null!));
        Assert.Throws<ArgumentNullException>("text", () => KubernetesSecret.ParseSlot(null!));
    }

    private static void AssertHolds(Destination destination, string token)
    {
        using Token? read = destination.ReadToken().Value;
        Assert.True(read!.Matches(Encoding.ASCII.GetBytes(token)));
    }

    private Failure Make(string secret) => _job.Builder().Kubernetes("a.yaml", secret).Failure!;

    private Destination Make(string path, string secret, string? space = null, string? key = null, string? form = null) =>
        _job.Builder().Kubernetes(path, secret, space, key, form).Value;
}
