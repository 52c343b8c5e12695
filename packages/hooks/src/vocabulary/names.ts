/** `workflow_started` as `workflowStarted`, in types. */
export type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

/** `workflow_started` as `workflowStarted`. */
export function camelCase<Name extends string>(name: Name): CamelCase<Name> {
  return name.replace(/_(.)/g, (_, first: string) => first.toUpperCase()) as CamelCase<Name>
}
