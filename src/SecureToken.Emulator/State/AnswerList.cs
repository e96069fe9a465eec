namespace SecureToken.Emulator.State;

/// <summary>The paths that answer something else for now.</summary>
internal sealed class AnswerList
{
    private volatile EmulatorAnswer[] _answers = [];

    public AnswerList(IReadOnlyList<EmulatorAnswer> given)
    {
        foreach (var answer in given)
        {
            Set(answer);
        }
    }

    public IReadOnlyList<EmulatorAnswer> All => _answers;

    /// <summary>Takes the place of what was set for the same path and credential.</summary>
    public void Set(EmulatorAnswer answer)
    {
        if (answer.Fault is { } fault)
        {
            throw new ArgumentException(char.ToUpperInvariant(fault[0]) + fault[1..] + ".", nameof(answer));
        }

        Interlocked.Exchange(ref _answers, [.. Without(answer.Path, answer.Credential), answer]);
    }

    public void Remove(string path, string? credential) => Interlocked.Exchange(ref _answers, [.. Without(path, credential)]);

    /// <summary>What a request is answered with instead; <paramref name="credential"/> says what it came with.</summary>
    public EmulatorAnswer? Find(string path, string credential) =>
        Array.Find(_answers, answer => answer.Path == path && (answer.Credential ?? credential) == credential);

    private IEnumerable<EmulatorAnswer> Without(string path, string? credential) =>
        _answers.Where(answer => answer.Path != path || answer.Credential != credential);
}
