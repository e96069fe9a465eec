using SecureToken.Core.Text;
using SecureToken.Core.Text.Kubernetes;
using Xunit;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>A Secret is added to Kubernetes objects only: elsewhere it is no Secret, or not the one that is deployed.</summary>
public sealed class ManifestNeighboursTests
{
    private const string Service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n";

    private static readonly ManifestKey Slot = new("sysdig", "prod", "token");

    [Theory]
    [InlineData("secretGenerator:\n- name: sysdig\n  files: [token]\n", "secretGenerator")]
    [InlineData("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator:\n- name: sysdig\n  envs: [a.env]\n", "--dotenv")]
    [InlineData("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [a.yaml]\n", "'resources'")]
    [InlineData("resources:\n- deployment.yaml\n", "'resources'")]
    [InlineData("services:\n  web:\n    image: nginx\n", "env_file")]
    [InlineData("replicaCount: 1\nimage:\n  tag: latest\n", "values file")]
    [InlineData("token: x\n", "a manifest of its own")]
    [InlineData("- hosts: all\n  tasks: []\n", "a manifest of its own")]
    [InlineData("just words\n", "a manifest of its own")]
    [InlineData("apiVersion: v2\nname: chart\nversion: 1.0.0\n", "a manifest of its own")]
    [InlineData("apiVersion: v1\nkind: Config\nclusters: []\nusers: []\n", "another tool")]
    [InlineData("apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nmetadata: {name: x}\n", "another tool")]
    [InlineData("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n", "another tool")]
    [InlineData("apiVersion: skaffold/v4beta6\nkind: Config\nmetadata:\n  name: x\n", "another tool")]
    [InlineData("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: sysdig\nspec:\n  encryptedData: {token: AgB}\n", "a controller creates the Secret 'sysdig'")]
    [InlineData("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: e\nspec:\n  target:\n    name: sysdig\n", "a controller creates the Secret 'sysdig'")]
    [InlineData("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c}\nspec:\n  secretName: sysdig\n", "a controller creates the Secret 'sysdig'")]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata:\n  name: \"{{ .Release.Name }}\"\n", "Helm template")]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n  labels:\n    a: '{{- include \"x\" . }}'\n", "Helm template")]
    public void What_is_no_Kubernetes_object_or_makes_the_Secret_itself_gets_none_and_the_reason_says_what_to_do(string document, string remedy)
    {
        foreach (string file in (string[])[document, Service + "---\n" + document, document + "---\n" + Service])
        {
            TextEditResult edit = ManifestText.Set(Utf8.Of(file), Slot, "new"u8, "ab");
            Assert.Null(edit.Document);
            Assert.Contains(remedy, edit.Fault!.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("# comment\n")]
    [InlineData(Service)]
    [InlineData(Service + "---\n# nothing\n---\n" + Service)]
    [InlineData("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: other\n")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  rule: 'CPU of {{ $labels.instance }}'\n")]
    [InlineData("apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: j-\n")]
    public void A_file_of_Kubernetes_objects_gets_one(string document) =>
        Assert.Equal("new", Utf8.Text(ManifestText.Get(ManifestText.Set(Utf8.Of(document), Slot, "new"u8, "ab").Document!, Slot)));

    [Fact]
    public void A_template_is_not_edited_either_where_its_Secret_stands()
    {
        const string Template = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig\n  namespace: prod\nstringData:\n  token: \"{{ .Values.token }}\"\n";
        Assert.Contains("Helm template", ManifestText.Set(Utf8.Of(Template), Slot, "new"u8, "ab").Fault!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig\n  namespace: prod\nstringData:\n  other: a\n  other: b\n  token: old\n", 8)]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: sysdig, namespace: prod}\nstringData: {other: a, other: b, token: old}\n", 4)]
    [InlineData(Service + "spec:\n  ports:\n  - port: 1\n    port: 2\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: sysdig, namespace: prod}\n", 8)]
    public void A_key_given_twice_elsewhere_is_told_and_refuses_nothing(string document, int line)
    {
        byte[] edited = ManifestText.Set(Utf8.Of(document), Slot, "new"u8, "ab").Document!;
        Assert.Equal("new", Utf8.Text(ManifestText.Get(edited, Slot)));
        TextFault repeat = Assert.Single(ManifestText.Repeats(Utf8.Of(document), Slot));
        Assert.Equal(line, repeat.Line);
        Assert.Contains("appears here a second time", repeat.Reason, StringComparison.Ordinal);
    }
}
