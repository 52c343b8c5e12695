import { Controller, Get, NotFoundException, Param } from '@nestjs/common'

interface Product {
  sku: string
  price: number
}

const PRODUCTS: readonly Product[] = [
  { sku: 'tea', price: 4 },
  { sku: 'cup', price: 9 },
  { sku: 'kettle', price: 39 },
]

@Controller('products')
export class ProductsController {
  @Get()
  list(): readonly Product[] {
    return PRODUCTS
  }

  @Get(':sku')
  one(@Param('sku') sku: string): Product {
    const product = PRODUCTS.find((candidate) => candidate.sku === sku)
    if (!product) throw new NotFoundException(`There is no ${sku}`)
    return product
  }
}
