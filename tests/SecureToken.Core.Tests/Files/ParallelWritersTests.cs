using System.Text;
using SecureToken.Core.Files;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>The peer, <c>dotnet user-secrets set</c>, keeps 19 to 22 of the 200 keys here, and says "saved" for half of them.</summary>
[Trait("Needs", "probe")]
[Trait("About", "Concurrency")]
public sealed class ParallelWritersTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Theory]
    [InlineData(20, 10)]
    [InlineData(100, 3)]
    public Task Many_processes_at_once_lose_no_update(int processes, int rounds) => Race(processes, rounds);

    [Fact]
    public Task Switching_off_file_locking_in_dotnet_does_not_switch_off_ours() =>
        Race(20, 10, ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));

    [Fact]
    public async Task A_native_tool_and_a_task_inside_another_runtime_share_the_lock()
    {
        await Probe.Executable;
        await Parallel.ForAsync(0, 100, TestContext.Current.CancellationToken, async (number, _) =>
        {
            if (number % 2 == 0)
            {
                Assert.True((await Probe.Set(_box, $"key{number}", "1")).SaidOk);
                return;
            }

            using SecretFile file = _box.Lock();
            byte[] before = file.Read().Value ?? [];
            Assert.True(file.Write([.. before, .. Encoding.UTF8.GetBytes($"key{number}=1\n")], _ => true).Value);
        });
        Assert.Equal(100, Keys());
    }

    private async Task Race(int processes, int rounds, params (string Name, string Value)[] environment)
    {
        await Probe.Executable;
        for (int round = 0; round < rounds; round++)
        {
            Ended[] all = await Task.WhenAll(Enumerable.Range(0, processes)
                .Select(number => Probe.Set(_box, $"key{round}.{number}", "value", environment)));
            Assert.All(all, ended => Assert.True(ended.SaidOk, ended.Error));
        }

        Assert.Equal(processes * rounds, Keys());
        Assert.Empty(_box.Leftovers);
    }

    private int Keys() => _box.Content!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count();
}
