using SecureToken.ProjectReader;

// Asks on standard input, a line each: first the names of properties, separated by commas, then the paths of projects.
// (A solution stands for its projects.) Answers on standard output, one JSON line for each project: {"path":…,"properties":{…}} or
// {"path":…,"error":…}.
string? names = Console.In.ReadLine();
if (names is null)
{
    Console.Error.WriteLine("A line with the names of properties is expected on standard input.");
    return 10;
}

var paths = new List<string>();
while (Console.In.ReadLine() is { Length: > 0 } path)
{
    paths.Add(path);
}

return SdkMSBuild.Register(paths) is { } fault ? fault : Evaluation.Run(names.Split(','), paths, Console.Out);
