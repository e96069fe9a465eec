using System.Runtime.InteropServices;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Settings;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>A lock is an open file, and a process may have only so many.</summary>
[Collection(nameof(ProcessWide))]
[Trait("System", "Unix")]
public sealed partial class OpenFilesTests
{
    private const int OpenFiles = 7;

    [Fact]
    public void Who_takes_many_locks_may_open_as_many_files_and_two_hundred_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The number of the limit is another one elsewhere.");
        Assert.Equal(0, Get(OpenFiles, out Limit before));
        Assert.SkipUnless(before.Hard >= 1100, "This process may not open as many files.");
        Destination[] destinations = [.. Enumerable.Range(0, 900)
            .Select(i => new JsonFile($"/nowhere/{i}.json", null, ConfigurationKey.Default))];
        try
        {
            Assert.Equal(0, Set(OpenFiles, before with { Soft = 1000 }));
            using DestinationLocks locks = DestinationLocks.Take(destinations, TimeSpan.Zero, CancellationToken.None);
            Assert.Equal(0, Get(OpenFiles, out Limit during));
            Assert.Equal(before with { Soft = 1100 }, during);
        }
        finally
        {
            _ = Set(OpenFiles, before);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Get(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Set(int resource, in Limit limit);

    private readonly record struct Limit(ulong Soft, ulong Hard);
}
