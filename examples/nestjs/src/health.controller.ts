import { healthHandler } from '@hubline/nestjs'
import { Controller, Get } from '@nestjs/common'

@Controller()
export class HealthController {
  readonly #answer = healthHandler()

  @Get('health')
  health(): unknown {
    return this.#answer()
  }

  @Get('slow')
  slow(): Promise<{ slept: boolean }> {
    return new Promise((resolve) => setTimeout(resolve, 300, { slept: true }))
  }

  @Get('fail')
  fail(): never {
    throw new RangeError('The price list is empty')
  }
}
