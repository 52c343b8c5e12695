import type { Hub as CoreHub } from '@hubline/core'
import { Inject } from '@nestjs/common'

/** The injection token of this service's hub; the same in every copy of this package. */
export const HUB: unique symbol = Symbol.for('hubline.hub')

/**
 * The handle on this service's hub, injected by its type.
 *
 * @example
 * constructor(private readonly hub: Hub) {}
 */
export type Hub = CoreHub

/** Stands for the type at run time, where decorator metadata asks for a class. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a token, never made
export const Hub: abstract new () => CoreHub = class Hub {} as unknown as abstract new () => CoreHub

/**
 * Injects this service's hub where no decorator metadata is emitted (esbuild, tsx, `node app.ts`).
 *
 * @example
 * constructor(@InjectHub() private readonly hub: Hub) {}
 */
export function InjectHub(): ParameterDecorator & PropertyDecorator {
  return Inject(HUB)
}
