using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace SecureToken.TestSupport.Architecture;

/// <summary>
/// Collects the types of the same assembly behind handles and signatures. A signature is read for what it names, not for its shape.
/// </summary>
internal sealed class UsedTypes(MetadataReader metadata) : ISignatureTypeProvider<ValueTuple, object?>
{
    private readonly HashSet<TypeDefinitionHandle> _types = [];

    public IReadOnlyCollection<TypeDefinitionHandle> Types => _types;

    public void Add(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _types.Add((TypeDefinitionHandle)handle);
                break;

            case HandleKind.TypeSpecification:
                metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                break;

            case HandleKind.MethodDefinition:
                MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                _types.Add(method.GetDeclaringType());
                method.DecodeSignature(this, null);
                break;

            case HandleKind.FieldDefinition:
                FieldDefinition field = metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                _types.Add(field.GetDeclaringType());
                field.DecodeSignature(this, null);
                break;

            case HandleKind.MemberReference:
                Add(metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;

            case HandleKind.MethodSpecification:
                MethodSpecification instance = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(instance.Method);
                instance.DecodeSignature(this, null);
                break;
        }
    }

    public void AddInterfaces(InterfaceImplementationHandleCollection interfaces)
    {
        foreach (InterfaceImplementationHandle handle in interfaces)
        {
            Add(metadata.GetInterfaceImplementation(handle).Interface);
        }
    }

    public void AddConstraints(GenericParameterHandleCollection parameters)
    {
        IEnumerable<GenericParameter> known = parameters.Select(metadata.GetGenericParameter);
        foreach (GenericParameterConstraintHandle handle in known.SelectMany(parameter => parameter.GetConstraints()))
        {
            Add(metadata.GetGenericParameterConstraint(handle).Type);
        }
    }

    public void AddAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle handle in attributes)
        {
            Add(metadata.GetCustomAttribute(handle).Constructor);
        }
    }

    public ValueTuple GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        Named(() => _types.Add(handle));

    public ValueTuple GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        Named(() => Add(handle));

    // What follows has its types named by the calls above, or names none of this assembly.
    public ValueTuple GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => default;

    public ValueTuple GetPrimitiveType(PrimitiveTypeCode typeCode) => default;

    public ValueTuple GetArrayType(ValueTuple elementType, ArrayShape shape) => default;

    public ValueTuple GetSZArrayType(ValueTuple elementType) => default;

    public ValueTuple GetByReferenceType(ValueTuple elementType) => default;

    public ValueTuple GetPointerType(ValueTuple elementType) => default;

    public ValueTuple GetPinnedType(ValueTuple elementType) => default;

    public ValueTuple GetModifiedType(ValueTuple modifier, ValueTuple unmodifiedType, bool isRequired) => default;

    public ValueTuple GetGenericInstantiation(ValueTuple genericType, ImmutableArray<ValueTuple> typeArguments) => default;

    public ValueTuple GetFunctionPointerType(MethodSignature<ValueTuple> signature) => default;

    public ValueTuple GetGenericMethodParameter(object? genericContext, int index) => default;

    public ValueTuple GetGenericTypeParameter(object? genericContext, int index) => default;

    private void Add(MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Method)
        {
            member.DecodeMethodSignature(this, null);
        }
        else
        {
            member.DecodeFieldSignature(this, null);
        }
    }

    private static ValueTuple Named(Action add)
    {
        add();
        return default;
    }
}
