import { getHub, HUB, HublineModule, InjectHub, type Hub, type HubOptions } from '@hubline/nestjs'
import { Controller, Get, Inject, Module, Req } from '@nestjs/common'
import type { Request } from 'express'

const options: HubOptions = { source: 'shop' }

@Controller('users')
export class UsersController {
  readonly hub: Hub

  constructor(@InjectHub() hub: Hub, @Inject(HUB) byToken: Hub) {
    this.hub = hub
    hub.metric('same_hub', Number(hub === byToken))
  }

  @Get(':id')
  one(@Req() req: Request): boolean {
    const sent: boolean = req.hub.interaction('profile_read', {})
    // @ts-expect-error -- an action is text, so `hub` is typed and not any
    this.hub.interaction(7)
    return sent && req.hub === getHub()
  }
}

@Module({
  imports: [
    HublineModule.forRoot(),
    HublineModule.forRoot(options),
    HublineModule.forRootAsync({ useFactory: () => options }),
  ],
  controllers: [UsersController],
})
// oxlint-disable-next-line typescript/no-extraneous-class -- the decorator says it all
export class AppModule {}

// @ts-expect-error -- no such option
HublineModule.forRoot({ sauce: 'shop' })
