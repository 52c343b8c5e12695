// oxlint-disable-next-line import/no-unassigned-import -- Nest wants it loaded first
import 'reflect-metadata'
import { createRequire } from 'node:module'
import {
  type CallHandler,
  Catch,
  type DynamicModule,
  type ExecutionContext,
  ForbiddenException,
  type NestInterceptor,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import {
  AbstractGraphQLDriver,
  Args,
  type GqlModuleOptions,
  GraphQLModule,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql'
import type * as GraphQL from 'graphql'
import { map } from 'rxjs'

// The copy that Nest has: bundlers would take the one for ES modules.
const { graphql, GraphQLError } = createRequire(import.meta.url)('graphql') as typeof GraphQL

/** GraphQL over POST, with nothing between Nest and the reference implementation. */
class PlainDriver extends AbstractGraphQLDriver {
  async start({ schema }: GqlModuleOptions): Promise<void> {
    const { httpAdapter } = this.httpAdapterHost
    httpAdapter.post('/graphql', async (request: { body: { query: string } }, response: unknown) => {
      const contextValue = { req: request }
      const answer = await graphql({
        schema: schema as GraphQL.GraphQLSchema,
        source: request.body.query,
        contextValue,
      })
      httpAdapter.reply(response, answer, 200)
    })
  }

  async stop(): Promise<void> {}
}

class Loud implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((text: string) => text.toUpperCase()))
  }
}

class ThrowingGuard {
  canActivate(context: ExecutionContext): boolean {
    throw new RangeError(`in a guard of ${context.getType<string>()}`)
  }
}

@Catch(RangeError)
class RangeFilter {
  catch({ message }: RangeError): GraphQL.GraphQLError {
    return new GraphQLError(`filtered: ${message}`, { extensions: { code: 'RANGE' } })
  }
}

@Resolver('Chair')
class Chairs {
  @Query('chair')
  chair(@Args('id') id: string): object {
    return { id }
  }

  @ResolveField('name')
  @UseInterceptors(Loud)
  name({ id }: { id: string }): string {
    if (id === '0') throw new TypeError('in a field')
    return `chair ${id}`
  }

  @Query('broken')
  async broken(): Promise<never> {
    throw new TypeError('in a resolver')
  }

  @Query('guarded')
  @UseGuards(ThrowingGuard)
  guarded(): string {
    return 'never'
  }

  @Query('forbidden')
  forbidden(): never {
    throw new ForbiddenException('not yours')
  }

  @Query('filtered')
  @UseFilters(RangeFilter)
  filtered(): never {
    throw new RangeError('for the filter')
  }
}

const typeDefs = `
  type Chair { id: ID! name: String }
  type Query { chair(id: ID!): Chair broken: String guarded: String forbidden: String filtered: String }
`

/** A module that answers GraphQL with chairs. */
export function graphqlModule(): DynamicModule {
  // oxlint-disable-next-line typescript/no-extraneous-class -- what a Nest module is
  class ChairsModule {}
  return {
    module: ChairsModule,
    imports: [
      GraphQLModule.forRoot({
        driver: PlainDriver,
        typeDefs,
        fieldResolverEnhancers: ['interceptors', 'filters'],
      }),
    ],
    providers: [Chairs],
  }
}
