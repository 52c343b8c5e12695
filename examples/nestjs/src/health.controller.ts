import { Controller, Get } from '@nestjs/common'

@Controller()
export class HealthController {
  @Get('health')
  health(): { status: string } {
    return { status: 'healthy' }
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
