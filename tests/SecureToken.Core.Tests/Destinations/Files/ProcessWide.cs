using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>Tests that change what the whole process has, such as its environment: no other test runs beside them.</summary>
[CollectionDefinition(nameof(ProcessWide), DisableParallelization = true)]
public static class ProcessWide;
