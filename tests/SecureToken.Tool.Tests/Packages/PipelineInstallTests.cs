using SecureToken.Tool.Tests.Support;
using SecureToken.Tool.Tests.Support.Pipelines;
using Xunit;

namespace SecureToken.Tool.Tests.Packages;

/// <summary>The pipelines with the real <c>dotnet tool install</c> and the packages of this tree, from a feed that an input names.</summary>
[Collection("packages")]
[Trait("Needs", "packages")]
[Trait("System", "Unix")]
public sealed class PipelineInstallTests(PackedTool packed)
{
    [Theory]
    [MemberData(nameof(PipelineSampleTests.Systems), MemberType = typeof(PipelineSampleTests))]
    public async Task The_pinned_version_is_installed_from_the_source_of_the_input_and_injects(string system)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("NUGET_PACKAGES", tool.At("nuget"));
        PipelineJob job = PipelineSampleTests.JobOf(system, tool);
        job.UseRealDotnet();
        await job.RunAsync(new Dictionary<string, string> { ["source"] = packed.Feed });
        Assert.Contains("HTTP 200", job.Log, StringComparison.Ordinal);
        Assert.False(File.Exists(job.Installations));
    }
}
