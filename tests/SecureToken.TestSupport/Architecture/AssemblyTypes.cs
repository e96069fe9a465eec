using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SecureToken.TestSupport.Architecture;

/// <summary>A type of an assembly; a nested one has the namespace of the type around it.</summary>
internal sealed record AssemblyType(TypeDefinitionHandle Handle, string Namespace, string Name, bool IsNested);

/// <summary>A member uses a type of its own assembly.</summary>
internal sealed record TypeUse(string Member, AssemblyType Used);

/// <summary>The types of an assembly and what they use of it, read from its metadata.</summary>
internal sealed class AssemblyTypes : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly Dictionary<TypeDefinitionHandle, AssemblyType> _types;

    public AssemblyTypes(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
        _types = _metadata.TypeDefinitions.Select(Describe).ToDictionary(type => type.Handle);
    }

    public IEnumerable<AssemblyType> Types => _types.Values;

    public IEnumerable<TypeUse> UsesOf(AssemblyType type)
    {
        TypeDefinition definition = _metadata.GetTypeDefinition(type.Handle);
        return
        [
            .. Uses(type.Name, used => AddDeclaration(used, definition)),
            .. definition.GetFields().Select(_metadata.GetFieldDefinition).SelectMany(field => Uses(NameOf(type, field.Name), used =>
            {
                field.DecodeSignature(used, null);
                used.AddAttributes(field.GetCustomAttributes());
            })),
            .. definition.GetProperties().Select(_metadata.GetPropertyDefinition).SelectMany(property => Uses(
                NameOf(type, property.Name), used => used.AddAttributes(property.GetCustomAttributes()))),
            .. definition.GetMethods().Select(_metadata.GetMethodDefinition)
                .SelectMany(method => Uses(NameOf(type, method.Name), used => AddMethod(used, method))),
        ];
    }

    public void Dispose() => _file.Dispose();

    private static void AddDeclaration(UsedTypes used, TypeDefinition type)
    {
        used.Add(type.BaseType);
        used.AddInterfaces(type.GetInterfaceImplementations());
        used.AddConstraints(type.GetGenericParameters());
        used.AddAttributes(type.GetCustomAttributes());
    }

    private void AddMethod(UsedTypes used, MethodDefinition method)
    {
        method.DecodeSignature(used, null);
        used.AddConstraints(method.GetGenericParameters());
        used.AddAttributes(method.GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(used, null);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions.Where(region => region.Kind == ExceptionRegionKind.Catch))
        {
            used.Add(region.CatchType);
        }

        foreach (EntityHandle token in IntermediateCode.TokensOf(body.GetILBytes() ?? []))
        {
            used.Add(token);
        }
    }

    private TypeUse[] Uses(string member, Action<UsedTypes> collect)
    {
        var used = new UsedTypes(_metadata);
        collect(used);
        return [.. used.Types.Select(type => new TypeUse(member, _types[type]))];
    }

    private AssemblyType Describe(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        string name = _metadata.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } around)
        {
            AssemblyType outer = Describe(around);
            return new AssemblyType(handle, outer.Namespace, outer.Name + "." + name, IsNested: true);
        }

        return new AssemblyType(handle, _metadata.GetString(type.Namespace), name, IsNested: false);
    }

    private string NameOf(AssemblyType type, StringHandle member) => type.Name + "." + _metadata.GetString(member);
}
