using System.Diagnostics;
using System.Globalization;
using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>A build that is stopped while it waits for an answer that never comes.</summary>
public sealed class InterruptionTests(PackageFixture package) : PackageTest(package)
{
    [Fact]
    public async Task Cancelling_ends_the_request_and_leaves_the_destination_as_it_was()
    {
        string secrets = Site.SecretsOf("bare");
        Directory.CreateDirectory(Path.GetDirectoryName(secrets)!);
        await File.WriteAllTextAsync(secrets, "{ \"Mine\": 1 }", Stop);
        (string output, _) = await StopAsync("INT");
        Assert.DoesNotContain("error MSB4018", output, StringComparison.Ordinal);
        Assert.Equal("{ \"Mine\": 1 }", await File.ReadAllTextAsync(secrets, Stop));
        await NextBuildWorksAsync();
    }

    [Fact]
    public async Task A_killed_build_leaves_the_next_one_able_to_go_on()
    {
        (_, int exit) = await StopAsync("KILL");
        Assert.NotEqual(0, exit);
        await NextBuildWorksAsync();
    }

    /// <summary>Waits until the task has asked, and sends a signal. The time-out is ten minutes, so that only the signal can end it.</summary>
    private async Task<(string Output, int Exit)> StopAsync(string signal)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FaultServer silent = FaultServer.Behaving((_, _, stop) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, stop);
        });
        using Process build = Site.Start("msbuild", Site.BareProject(), "-v:diag", "-p:SecureTokenTimeout=600", $"-p:SecureTokenIamEndpoint={silent.BaseUrl}");
        Task<string> output = build.StandardOutput.ReadToEndAsync(Stop);
        Task<string> error = build.StandardError.ReadToEndAsync(Stop);
        await Task.WhenAny(asked.Task, output);
        Assert.True(asked.Task.IsCompleted, "The build ended before it asked.");
        using Process kill = Process.Start("kill", ["-" + signal, build.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Stop);
        await build.WaitForExitAsync(Stop);
        return (await output + await error, build.ExitCode);
    }

    private async Task NextBuildWorksAsync()
    {
        Assert.Empty(new LeakScan(Site).Find());
        (await Site.MSBuildAsync(Site.BareProject())).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("bare")));
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.Empty(new LeakScan(Site).Find());
    }
}
