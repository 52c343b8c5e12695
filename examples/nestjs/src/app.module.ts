import { HublineModule } from '@hubline/nestjs'
import { Module } from '@nestjs/common'
import { HealthController } from './health.controller.ts'
import { ProductsController } from './products.controller.ts'

@Module({
  imports: [
    HublineModule.forRoot(), // the one line
  ],
  controllers: [HealthController, ProductsController],
})
export class AppModule {}
