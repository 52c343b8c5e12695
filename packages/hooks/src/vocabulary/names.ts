type Underscored<
  Name extends string,
  Separator extends string,
> = Name extends `${infer Head}${Separator}${infer Tail}` ? `${Head}_${Underscored<Tail, Separator>}` : Name

type Joined<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Joined<Tail>>}`
  : Name

/** `workflow_started` as `workflowStarted`, and `order.line-added` as `orderLineAdded`, in types. */
type CamelCase<Name extends string> = Joined<Underscored<Underscored<Name, '.'>, '-'>>

/** The method of an event: `workflow_started` as `workflowStarted`, `shop.order.placed` of the system shop as `orderPlaced`. */
export type MethodName<System extends string, Name extends string> = Name extends `${System}.${infer Rest}`
  ? CamelCase<Rest>
  : CamelCase<Name>

/** The method of an event; see the type of this name. */
export function methodName(system: string, name: string): string {
  const own = name.startsWith(`${system}.`) ? name.slice(system.length + 1) : name
  return own.replace(/[_.-](.)/g, (_, first: string) => first.toUpperCase())
}
