using System.Diagnostics;
using SecureToken.Fuzzing;
using SharpFuzz;

switch (args)
{
    case ["list"]:
        foreach (FuzzTarget target in FuzzTarget.All)
        {
            Console.WriteLine(target.Name);
        }

        return 0;

    // What afl-fuzz starts: an exception that leaves the target is a finding.
    case ["run", var name] when FuzzTarget.Find(name) is { } target:
        Fuzzer.Run((Stream stream) =>
        {
            using MemoryStream input = new();
            stream.CopyTo(input);
            target.Run(input.ToArray());
        });
        return 0;
    case ["unpack", var name, var directory] when FuzzTarget.Find(name) is not null:
        Directory.CreateDirectory(directory);
        foreach ((int index, byte[] input) in Corpus.Of(name).Index())
        {
            File.WriteAllBytes(Path.Combine(directory, $"{index:d5}"), input);
        }

        return 0;
    case ["pack", .. var files]:
        foreach (string file in files)
        {
            Console.WriteLine(Corpus.Escape(File.ReadAllBytes(file)));
        }

        return 0;
    case ["replay", var name, .. var files] when FuzzTarget.Find(name) is { } target:
        return Replay(target, files.Length == 0 ? [.. Corpus.Of(name)] : [.. files.Select(File.ReadAllBytes)]);
    default:
        Console.Error.WriteLine("Usage: Fuzzing list | run TARGET | unpack TARGET DIRECTORY | pack FILE... | replay TARGET [FILE...]");
        return 2;
}

static int Replay(FuzzTarget target, byte[][] inputs)
{
    int findings = 0;
    Stopwatch watch = Stopwatch.StartNew();
    foreach (byte[] input in inputs)
    {
        try
        {
            target.Run(input);
        }
        catch (Exception exception)
        {
            findings++;
            Console.WriteLine($"{target.Name}: {Corpus.Escape(input)}");
            Console.WriteLine(exception is FindingException ? exception.Message : exception.ToString());
        }
    }

    Console.WriteLine($"{target.Name}: {inputs.Length} inputs in {watch.ElapsedMilliseconds} ms, {findings} findings");
    return findings == 0 ? 0 : 1;
}
