using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Destinations.Jobs;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>What each kind of file is called, who reads it, and what is left to do after a reset.</summary>
public sealed class FileWordsTests : IDisposable
{
    private readonly Job _job = new Job().Set("GITLAB_CI", "true");

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData("dotenv", "A, B")]
    [InlineData("json", "Sysdig:Token")]
    [InlineData("user-secrets", "Sysdig:Token")]
    [InlineData("kubernetes", "prod/sysdig:token")]
    [InlineData("gitlab", "the whole file")]
    [InlineData("tekton", "the whole file")]
    public void A_file_has_its_kind_and_the_place_of_the_token_in_it(string kind, string slot) =>
        Assert.Equal((kind, slot), (Make(kind).Kind, Make(kind).Slot));

    [Theory]
    [InlineData("dotenv", null, "restart what reads FILE")]
    [InlineData("dotenv", false, "restart what reads FILE")]
    [InlineData("dotenv", true, null)]
    [InlineData("json", null, "restart what reads FILE only at its start")]
    [InlineData("json", false, "restart what reads FILE only at its start")]
    [InlineData("json", true, null)]
    [InlineData("user-secrets", null, null)]
    [InlineData("user-secrets", false, "restart what reads FILE only at its start")]
    [InlineData("user-secrets", true, null)]
    [InlineData("kubernetes", null, "apply FILE (kubectl apply -f), and restart the pods that have the Secret in their environment")]
    [InlineData("kubernetes", false, "apply FILE (kubectl apply -f), and restart the pods that have the Secret in their environment")]
    [InlineData("kubernetes", true, "apply FILE (kubectl apply -f)")]
    [InlineData("gitlab", false, null)]
    [InlineData("tekton", false, null)]
    public void After_a_reset_a_person_has_to_do_what_the_readers_do_not_do_themselves(string kind, bool? reloads, string? todo)
    {
        Destination file = Make(kind);
        file.DeclaredReloads = reloads;
        Assert.Equal(todo?.Replace("FILE", file.Location, StringComparison.Ordinal), file.AfterReset);
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("dotenv", "its owner alone", "it is printed nowhere")]
    [InlineData("json", "its owner alone", "it is printed nowhere")]
    [InlineData("user-secrets", "its owner alone", "it is printed nowhere")]
    [InlineData("kubernetes", "its owner alone; once it is applied, whoever may read Secrets of the namespace, and the pods that mount it", "it is printed nowhere")]
    [InlineData("gitlab", "later commands of the job; whoever may download the job's artifacts, if the file is made one", "GitLab masks only variables of its own, so a command that prints the value shows it")]
    [InlineData("tekton", "steps and tasks that share the workspace, and whoever may read its volume", "Tekton masks nothing, so a step that prints the value shows it")]
    public void Who_will_read_it_is_told(string kind, string readers, string logs)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Other words are for Windows.");
        Assert.Equal(new AccessSummary(readers, "0600", logs), Make(kind).Explain());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_job_of_GitLab_there_is_no_later_command(string? variable)
    {
        using var elsewhere = new Job();
        if (variable is not null)
        {
            elsewhere.Set("GITLAB_CI", variable);
        }

        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.NoPipeline, "GITLAB_CI", "a GitLab CI"), elsewhere.Builder().GitLab("token").Value.Check());
    }

    [Theory]
    [InlineData("gitlab")]
    [InlineData("tekton")]
    public void A_file_that_holds_something_else_is_named_with_the_reason(string kind)
    {
        string path = _job.Write("file", "FROM alpine\n");
        Assert.Equal(
            Failure.Of(DiagnosticDescriptors.TextNotEditable, path, 1, 1, "the file holds something other than a token, and would be overwritten whole"),
            Make(kind).Check());
    }

    [Fact]
    public void Nothing_is_no_path_of_a_result() =>
        Assert.Throws<ArgumentNullException>("path", () => TektonFile.IsResult(null!, _job.At("a")));

    private Destination Make(string kind) => kind switch
    {
        "dotenv" => new DotenvFile(_job.At("file"), null, ["A", "B"]),
        "json" => new JsonFile(_job.At("file"), null, ConfigurationKey.Parse("Sysdig:Token").Value),
        "user-secrets" => new UserSecretsFile(_job.At("file"), ConfigurationKey.Parse("Sysdig:Token").Value),
        "kubernetes" => _job.Builder().Kubernetes("file", "sysdig", "prod").Value,
        "gitlab" => _job.Builder().GitLab("file").Value,
        _ => _job.Builder().Tekton("file").Value,
    };
}
